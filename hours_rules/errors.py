"""The one error of the rules."""


class RuleError(ValueError):
    """The notice grants nothing for these facts.

    `code` is stable and for programs, `field` names the fact ("code", "tier", "quantity", "hours", "days", or ""),
    and the message is Chinese and meant for the person who typed the fact in.
    """

    def __init__(self, code: str, message: str, field: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.field = field
