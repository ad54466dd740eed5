"""The words of the field, once: stages, kinds, roles, lights. Everything else refers here."""

from typing import Final, Literal, TypeAlias, get_args

Stage: TypeAlias = Literal["pre", "zmot", "fmot", "smot", "umot"]
Kind: TypeAlias = Literal[
    "unavailable",
    "slow",
    "defect",
    "mistake",
    "billing",
    "lost_damaged",
    "attitude",
    "broken_promise",
    "policy",
    "special_need",
    "customer_error",
    "other_customers",
    "safety",
    "question",
    "praise",
]
Heat: TypeAlias = Literal[0, 1, 2]
Value: TypeAlias = Literal["unknown", "regular", "vip"]
Role: TypeAlias = Literal["staff", "manager", "trainer", "admin"]
Loss: TypeAlias = Literal["money", "product", "service", "attention", "none"]
Light: TypeAlias = Literal["green", "amber", "red", "none"]
"""green: yours; amber: one tap to an approver; red: not ours to give; none: nothing to give."""

STAGES: Final[tuple[Stage, ...]] = get_args(Stage)
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
VALUES: Final[tuple[Value, ...]] = get_args(Value)
ROLES: Final[tuple[Role, ...]] = get_args(Role)

STAGE_ALIASES: Final[dict[str, Stage]] = {
    "<zmot": "pre",
    "less than zero": "pre",
    "zero": "zmot",
    "first": "fmot",
    "second": "smot",
    "ultimate": "umot",
    "third": "umot",
    "tmot": "umot",
    **{stage: stage for stage in STAGES},
}
"""What people type for a stage; the last moment is called ultimate or third, both are accepted."""

STAGE_NAMES: Final[dict[Stage, str]] = {
    "pre": "Before they look",
    "zmot": "Comparing",
    "fmot": "Choosing now",
    "smot": "With us now",
    "umot": "Telling others",
}
UNSURE: Final = 0.45
"""Confidence below which a kind is a guess: the widest card comes, and the second likeliest kind
stands on it as one tap."""
DUTY_MANAGER: Final = "duty_manager"
"""The duty every site needs: safety and a second failure are told to it."""
KIND_NAMES: Final[dict[Kind, str]] = {
    "unavailable": "Not available",
    "slow": "Waiting",
    "defect": "Faulty or poor",
    "mistake": "Our mistake",
    "billing": "Bill or money",
    "lost_damaged": "Lost or damaged",
    "attitude": "How we treated them",
    "broken_promise": "Broken promise",
    "policy": "Against a rule",
    "special_need": "Special need",
    "customer_error": "Their own slip",
    "other_customers": "Other customers",
    "safety": "Safety",
    "question": "Question",
    "praise": "Praise",
}
ENGLISH: Final = "en"
LANGUAGES: Final = {
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "pt": "Portuguese",
}
"""Those a line is read in and a play may be written in."""
HEAT_NAMES: Final[dict[Heat, str]] = {0: "Calm", 1: "Upset", 2: "Furious"}
