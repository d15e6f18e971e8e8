"""Files of other kinds that stand beside a document, which names them."""

from __future__ import annotations

from oversight.documents.syntax import BadSyntaxError, decoded
from oversight.documents.yaml_file import Document, Path_
from oversight.errors import InputError, short


def text_beside(document: Document, file: str, where: Path_) -> str:
    """The text of a file that `document` names at `where`, without a mark of its byte order.

    Raises:
        InputError: there is no such file, or it is no text in UTF-8.
    """
    try:
        return decoded((document.folder / file).read_bytes()).removeprefix("\ufeff")
    except BadSyntaxError as error:
        message = f"{short(file)}:{error.line}: {error.message}"
        raise InputError(document.problem(where, message, error.remedy)) from None
    except OSError:
        remedy = "Paths are relative to the file that holds them."
        raise InputError(document.problem(where, f"there is no file `{file}`", remedy)) from None
