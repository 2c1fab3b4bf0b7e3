"""Small pictures for tests."""

import io

from PIL import Image


def png(width: int = 40, height: int = 30, mode: str = "RGB", form: str = "PNG") -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert(mode).save(out, form)
    return out.getvalue()
