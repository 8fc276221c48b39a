"""What a service says no with."""


class Refusal(Exception):
    """A service cannot do what was asked; its sentence is fit for people."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
