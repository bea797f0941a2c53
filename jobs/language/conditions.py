"""The registry of conditions: word to class. A new condition is one file and one line here."""

from __future__ import annotations

from jobs.language.all_of import AllConditions
from jobs.language.any_of import AnyCondition
from jobs.language.attribute import Attribute
from jobs.language.contact_list import OnList
from jobs.language.context import ConditionWord
from jobs.language.event import Event
from jobs.language.everyone import EveryContact
from jobs.language.not_of import NotCondition
from jobs.language.related import Related
from jobs.language.sample import RandomShare
from jobs.language.segment import InTheSegment
from jobs.language.sequence import Sequence

CONDITIONS: dict[str, ConditionWord] = {
    condition.word: condition
    for condition in (
        AllConditions,
        AnyCondition,
        NotCondition,
        EveryContact,
        Attribute,
        Event,
        Related,
        Sequence,
        InTheSegment,
        OnList,
        RandomShare,
    )
}
