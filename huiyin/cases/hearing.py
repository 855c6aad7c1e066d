"""What always follows a step: merged cases and parts go with it, people are told.

Also lets notices find the mobile number to which they may go.
"""

from huiyin.cases.happenings import subscribe
from huiyin.cases.merging import carry_children
from huiyin.cases.parts import release_parts
from huiyin.cases.residents import phone_for_notice
from huiyin.cases.tellings import tell_of_step
from huiyin.notices.addresses import register_phones

subscribe(carry_children)
subscribe(release_parts)
subscribe(tell_of_step)
register_phones(phone_for_notice)
