/** The cells that the layout library puts one element each into. */
export const CELL = { width: 150, height: 140 };
const ABOVE_EDGE = 10;

export interface Point {
  x: number;
  y: number;
}

export interface Box extends Point {
  width: number;
  height: number;
}

/** Where an element stands: its box, and its cell of the grid. What sits on another's border is in that one's cell. */
export interface Placed {
  box: Box;
  col: number;
  row: number;
  isOnBorder: boolean;
}

export const middle = ({ x, y, width, height }: Box): Point => ({ x: x + width / 2, y: y + height / 2 });

/** The cell that a box of the library's stands in. */
export function cellOf(box: Box): { col: number; row: number } {
  const { x, y } = middle(box);
  return { col: Math.floor(x / CELL.width), row: Math.floor(y / CELL.height) };
}

/**
 * A way between two elements of one grid that crosses no third: straight where the cells between are free, else along the
 * edges of cells, where nothing stands.
 *
 * `origin` is the corner of the grid's first cell; `isFree` says of a cell that nothing is in it.
 */
export function wayBetween(from: Placed, to: Placed, origin: Point, isFree: (row: number, col: number) => boolean): Point[] {
  const target = middle(to.box);
  const end = { x: to.box.x, y: target.y };
  const before = origin.x + to.col * CELL.width;
  const after = origin.x + (from.col + 1) * CELL.width;
  const below = origin.y + (from.row + 1) * CELL.height - ABOVE_EDGE;
  if (from.isOnBorder) {
    const start = { x: middle(from.box).x, y: from.box.y + from.box.height };
    return [start, { x: start.x, y: below }, { x: before, y: below }, { x: before, y: end.y }, end];
  }
  const start = { x: from.box.x + from.box.width, y: middle(from.box).y };
  const isClear = (row: number) => {
    for (let col = from.col + 1; col < to.col; col += 1) if (!isFree(row, col)) return false;
    return to.col > from.col;
  };
  if (from.row === to.row && isClear(from.row)) return [start, end];
  const turning = (x: number) => [start, { x, y: start.y }, { x, y: end.y }, end];
  if (from.row !== to.row && isClear(to.row)) return turning(after);
  if (from.row !== to.row && isClear(from.row)) return turning(before);
  return [start, { x: after, y: start.y }, { x: after, y: below }, { x: before, y: below }, { x: before, y: end.y }, end];
}
