"""What always follows a step: merged cases go with their parent, and people are told.

Also lets notices find the mobile number to which they may go.
"""

from huiyin.cases.happenings import subscribe
from huiyin.cases.merging import carry_children
from huiyin.cases.residents import phone_for_notice
from huiyin.cases.tellings import tell_of_step
from huiyin.notices.addresses import register_phones

subscribe(carry_children)
subscribe(tell_of_step)
register_phones(phone_for_notice)
