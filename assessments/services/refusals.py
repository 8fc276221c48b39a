"""What a service says no with."""


class Refusal(Exception):
    """A service cannot do what was asked; its sentence is fit for people."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Unfit(Refusal):
    """What was entered cannot be; `field_name` says which part of it is wrong."""

    def __init__(self, field_name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field_name = field_name
