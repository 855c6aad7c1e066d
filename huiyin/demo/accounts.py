"""The accounts that a visitor of the demo city may sign in with."""

from dataclasses import dataclass

from huiyin.departments.models import Post

PASSWORD = "huiyin-demo"  # noqa: S105 - printed at every start of a demo city


@dataclass(frozen=True)
class DemoAccount:
    """An account that a visitor of the demo city may sign in with."""

    sign_in_name: str
    name: str
    post: Post
    unit_code: str


# One for each post, and officers of three kinds of unit.
ACCOUNTS = (
    DemoAccount("operator", "王晓燕", Post.OPERATOR, "hotline"),
    DemoAccount("dispatcher", "林志强", Post.DISPATCHER, "hotline"),
    DemoAccount("lighting", "陈建国", Post.OFFICER, "lighting"),
    DemoAccount("parks", "赵丽华", Post.OFFICER, "parks"),
    DemoAccount("water", "周海涛", Post.OFFICER, "water"),
    DemoAccount("street", "何明", Post.OFFICER, "S990102001000"),
    DemoAccount("caller", "孙小梅", Post.CALLER, "hotline"),
    DemoAccount("supervisor", "高峰", Post.SUPERVISOR, "HEAN"),
    DemoAccount("analyst", "罗文静", Post.ANALYST, "HEAN"),
    DemoAccount("leader", "徐国栋", Post.LEADER, "HEAN"),
    DemoAccount("administrator", "马超", Post.ADMINISTRATOR, "HEAN"),
    DemoAccount("auditor", "胡敏", Post.AUDITOR, "HEAN"),
)
