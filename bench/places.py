"""How many points a second find their place: by sorted slices (as the index does) and by a tree.

The polygons are invented: a Voronoi tiling bent into crooked borders of a few hundred points.
Usage: python -m bench.places [points]
"""

import sys
import time
from collections.abc import Callable

import numpy as np
import shapely
from numpy.typing import NDArray

from huiyin.places.points import Tiling

SIZES = (287, 1_000, 7_535)


def crooked_tiling(cells: int, points_per_edge: int = 20) -> Tiling:
    """Make polygons that share crooked borders, as those of a city do."""
    draw = np.random.default_rng(7)
    seeds = shapely.multipoints(draw.uniform(0, 1, (cells, 2)))
    square = shapely.box(0, 0, 1, 1)
    plain = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=square))
    inside = shapely.intersection(plain, square)
    fine = shapely.segmentize(inside, 1 / np.sqrt(cells) / points_per_edge)

    def bend(points: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = points.T
        sway = 0.1 / np.sqrt(cells)
        wave = 6 * np.sqrt(cells)
        return np.column_stack(
            [116 + x + sway * np.sin(wave * y), 39 + y + sway * np.cos(wave * x)]
        )

    shapes = shapely.transform(fine, bend)
    assert shapely.is_valid(shapes).all(), "bent too far"
    shapely.prepare(shapes)
    rows = len(shapes)
    return Tiling(
        ids=np.arange(1, rows + 1),
        depths=np.full(rows, 3, dtype=np.int8),
        bounds=shapely.bounds(shapes),
        shapes=shapes,
    )


def by_tree(tiling: Tiling, lngs: NDArray[np.float64], lats: NDArray[np.float64]) -> NDArray:
    """Answer the same question with shapely's STRtree, for comparison."""
    tree = shapely.STRtree(tiling.shapes)
    points, rows = tree.query(shapely.points(lngs, lats), predicate="intersects")
    found = np.full(len(lngs), len(tiling.ids), dtype=np.int64)
    np.minimum.at(found, points, rows)
    return np.append(tiling.ids, 0)[found]


def timed(work: Callable[[], NDArray]) -> tuple[float, NDArray]:
    start = time.perf_counter()
    answer = work()
    return time.perf_counter() - start, answer


def main() -> None:
    """Print a line for each size of city."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    draw = np.random.default_rng(11)
    lngs, lats = draw.uniform(116, 117, count), draw.uniform(39, 40, count)
    print(f"{'polygons':>9} {'vertices':>9} {'slices/s':>12} {'tree/s':>12} {'one point':>10}")
    for cells in SIZES:
        tiling = crooked_tiling(cells)
        # The first call prepares polygons and warms caches for both ways alike.
        tiling.places_of(lngs[:1000], lats[:1000])
        slices_s, answer = timed(lambda t=tiling: t.places_of(lngs, lats))
        tree_s, other = timed(lambda t=tiling: by_tree(t, lngs, lats))
        assert (answer == other).all(), "the two ways must agree"
        one_s, _ = timed(
            lambda t=tiling: np.array(
                [t.place_of(x, y) for x, y in zip(lngs[:2000], lats[:2000], strict=True)]
            )
        )
        mean = shapely.get_num_coordinates(tiling.shapes).mean()
        print(
            f"{cells:>9,} {mean:>9.0f} {count / slices_s:>12,.0f} {count / tree_s:>12,.0f}"
            f" {one_s / 2000 * 1e6:>7.0f} µs"
        )


if __name__ == "__main__":
    main()
