"""The cast: the same people in every test, each holding one post.

王阿姨 asks · Ma takes down · Lin sends · Chen mends lamps · Zhao keeps parks · Sun calls back ·
Gao supervises · Wu reads figures · Song leads · He sets up · Qian audits · Outsider holds no post.
"""

from collections.abc import Callable

from huiyin.departments.models import Official, Post
from tests.makers import WANG, city, hotline, lighting, official_once, parks

__all__ = ["EVERYBODY", "WANG"]


def ma() -> Official:
    """The operator."""
    return official_once("ma", "马晓燕", Post.OPERATOR, unit=hotline())


def lin() -> Official:
    """The dispatcher."""
    return official_once("lin", "林静", Post.DISPATCHER, unit=hotline())


def chen() -> Official:
    """The officer of the lighting unit."""
    return official_once("chen", "陈国强", Post.OFFICER, unit=lighting())


def zhao() -> Official:
    """The officer of the parks unit."""
    return official_once("zhao", "赵玉兰", Post.OFFICER, unit=parks())


def sun() -> Official:
    """The caller, who asks residents whether it was solved."""
    return official_once("sun", "孙丽", Post.CALLER, unit=hotline())


def gao() -> Official:
    """The supervisor of the whole city."""
    return official_once("gao", "高建华", Post.SUPERVISOR, unit=city())


def wu() -> Official:
    """The analyst."""
    return official_once("wu", "吴敏", Post.ANALYST, unit=city())


def song() -> Official:
    """The leader."""
    return official_once("song", "宋志远", Post.LEADER, unit=city())


def he() -> Official:
    """The administrator."""
    return official_once("he", "何平", Post.ADMINISTRATOR, unit=city())


def qian() -> Official:
    """The auditor."""
    return official_once("qian", "钱正", Post.AUDITOR, unit=city())


def outsider() -> Official:
    """Somebody with an account and no post."""
    return official_once("outsider", "局外人", unit=city())


EVERYBODY: dict[str, Callable[[], Official]] = {
    "operator": ma,
    "dispatcher": lin,
    "lighting officer": chen,
    "parks officer": zhao,
    "caller": sun,
    "supervisor": gao,
    "analyst": wu,
    "leader": song,
    "administrator": he,
    "auditor": qian,
    "outsider": outsider,
}
