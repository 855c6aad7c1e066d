"""Places tile the ground: slivers are forgiven, strips wider than the tolerance are named."""

import pytest
from shapely.geometry import box
from shapely.ops import unary_union

from huiyin.places.faults import Fault
from huiyin.places.tiling import Ground, Tile, gaps, judge, outside, overlaps
from tests.places.ground import tile

# A degree of latitude is some 111 km; these are widths in degrees of longitude at 30° north.
METRE = 1 / 96_486


def moved(shape, metres):
    west, south, east, north = shape.bounds
    return box(west + metres * METRE, south, east + metres * METRE, north)


def test_neighbours_that_share_a_border_do_not_overlap():
    assert overlaps([tile(0, 0), tile(1, 0), tile(0, 1)], 10) == []


@pytest.mark.parametrize(("metres", "found"), [(9, 0), (11, 1), (500, 1)])
def test_an_overlap_counts_from_the_tolerance_on(metres, found):
    assert len(overlaps([tile(0, 0), moved(tile(1, 0), -metres)], 10)) == found


def test_an_overlap_is_measured_in_square_metres_and_placed():
    [(one, other, strip)] = overlaps([tile(0, 0), moved(tile(1, 0), -100)], 10)
    assert (one, other) == (0, 1)
    assert strip.square_metres == pytest.approx(100 * 11_086, rel=0.01)
    assert tile(0, 0).contains(box(strip.lng, strip.lat, strip.lng, strip.lat).centroid)


def test_a_long_sliver_is_forgiven_and_its_bulge_is_not():
    bulge = moved(tile(1, 0), -5).union(box(110.09, 30.04, 110.11, 30.05))
    [(_, _, strip)] = overlaps([tile(0, 0), bulge], 10)
    assert strip.square_metres == pytest.approx(965 * 1108 + 5 * 11_086, rel=0.01)


def test_slivers_beside_a_wide_strip_do_not_make_it_larger():
    other = moved(tile(1, 0), -5).union(tile(0, 1)).union(box(110, 30.09, 110.01, 30.1))
    [(_, _, strip)] = overlaps([tile(0, 0), other], 10)
    assert strip.square_metres == pytest.approx(965 * 1108, rel=0.01)


def test_a_place_drawn_twice_overlaps_itself():
    assert len(overlaps([tile(0, 0), tile(0, 0)], 10)) == 1


@pytest.mark.parametrize(("metres", "found"), [(9, False), (11, True)])
def test_what_reaches_out_of_the_parent_counts_from_the_tolerance_on(metres, found):
    [strip] = outside(tile(0, 0, columns=2), [moved(tile(1, 0), metres)], 10)
    assert bool(strip) == found


@pytest.mark.parametrize(("metres", "found"), [(9, 0), (11, 1)])
def test_a_gap_counts_from_the_tolerance_on(metres, found):
    children = [tile(0, 0), moved(tile(1, 0), metres)]
    assert len(gaps(tile(0, 0, columns=2), children, 10)) == found


def test_gaps_are_listed_the_largest_first():
    parent = tile(0, 0, columns=4)
    children = [tile(0, 0), tile(3, 0).difference(box(110.35, 30, 110.36, 30.1))]
    sizes = [gap.square_metres for gap in gaps(parent, children, 10)]
    assert len(sizes) == 2
    assert sizes == sorted(sizes, reverse=True)


def test_without_the_parents_polygon_a_hole_between_children_is_still_seen():
    ring = [tile(x, y) for x in range(3) for y in range(3) if (x, y) != (1, 1)]
    [hole] = gaps(None, ring, 10)
    assert (hole.lng, hole.lat) == pytest.approx((110.15, 30.15))
    assert gaps(None, [*ring[:3], *ring[4:]], 10) == []


GROUNDS = {"w": Ground("西区", tile(0, 0, columns=2))}


def judged(*tiles, **options):
    return [(f.fault, f.number, f.name) for f in judge(tiles, GROUNDS, **options)]


def test_a_perfect_tiling_has_no_faults():
    assert judged(Tile("河街道", "w", tile(0, 0), 1), Tile("山街道", "w", tile(1, 0), 2)) == []


def test_each_fault_names_the_feature_or_the_parent():
    tiles = [Tile("河街道", "w", tile(0, 0), 1), Tile("山街道", "w", moved(tile(0, 0), -500), 2)]
    assert judged(*tiles) == [
        (Fault.OVERLAP, 1, "河街道"),
        (Fault.OUTSIDE, 2, "山街道"),
        (Fault.GAP, 0, "西区"),
    ]


def test_gaps_may_be_accepted():
    tiles = [Tile("河街道", "w", tile(0, 0), 1)]
    assert judged(*tiles) == [(Fault.GAP, 0, "西区")]
    assert judged(*tiles, accept_gaps=True) == []


def test_a_wider_tolerance_forgives_two_different_hands():
    tiles = [Tile("河街道", "w", moved(tile(0, 0, columns=2), 150), 1)]
    assert judged(*tiles, tolerance_m=10) != []
    assert judged(*tiles, tolerance_m=200) == []


def test_a_place_far_from_its_parent_is_named_so():
    assert judged(Tile("河街道", "w", tile(30, 0), 1), accept_gaps=True) == [
        (Fault.FAR_OUTSIDE, 1, "河街道")
    ]


def test_a_place_that_fits_when_turned_is_said_to_be_swapped():
    grounds = {"b": Ground("Boston", box(-71.2, 42.2, -70.9, 42.4))}
    turned = Tile("Back Bay", "b", box(42.3, -71.1, 42.35, -71.0), 1)
    [finding] = judge([turned], grounds, accept_gaps=True)
    assert finding.fault == Fault.SWAPPED


def test_places_of_different_parents_may_not_overlap_either():
    tiles = [Tile("河街道", "w", tile(0, 0), 1), Tile("东街道", "e", tile(0, 0), 2)]
    assert (Fault.OVERLAP, 1, "河街道") in judged(*tiles)


def test_old_faults_among_stored_places_are_not_laid_on_a_new_file():
    old = [Tile("旧一", "x", tile(4, 0)), Tile("旧二", "x", tile(4, 0))]
    new = [Tile("河街道", "w", tile(0, 0, columns=2), 1)]
    assert judged(*old, *new) == []
    assert judged(*old) == [(Fault.OVERLAP, 0, "旧一")]


def test_an_overlap_with_a_stored_place_is_laid_on_the_feature():
    tiles = [Tile("旧街道", "w", tile(0, 0)), Tile("河街道", "w", tile(0, 0, columns=2), 3)]
    [finding] = judge(tiles, {}, tolerance_m=10)
    assert (finding.number, finding.facts["other"]) == (3, "旧街道")


def test_the_tiles_of_a_union_fill_it():
    tiles = [tile(x, y) for x in range(3) for y in range(3)]
    assert gaps(unary_union(tiles), tiles, 0.01) == []
