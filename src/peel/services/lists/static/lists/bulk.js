// Long work is done bit by bit: the page asks for the next bit by itself, as its button would.
document.querySelector("form[data-peel-carry-on]")?.requestSubmit();
