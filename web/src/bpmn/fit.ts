export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface FittedCanvas {
  viewbox(): { inner: Box; outer: { width: number; height: number } };
  viewbox(box: Box): unknown;
}

const AROUND = 28;
const MOST = 1.2;

/**
 * Show the whole diagram in the middle with room around it, which bpmn-js's own `fit-viewport` leaves none; the scale.
 */
export function fit(canvas: FittedCanvas): number {
  const { inner, outer } = canvas.viewbox();
  if (!outer.width || !inner.width || !inner.height) return 1;
  const scale = Math.min((outer.width - 2 * AROUND) / inner.width, (outer.height - 2 * AROUND) / inner.height, MOST);
  lookAt(canvas, inner, scale);
  return scale;
}

/** Show a part of the diagram in the middle, at this scale. */
export function lookAt(canvas: FittedCanvas, part: Box, scale: number): void {
  const { outer } = canvas.viewbox();
  const width = outer.width / scale;
  const height = outer.height / scale;
  canvas.viewbox({ x: part.x - (width - part.width) / 2, y: part.y - (height - part.height) / 2, width, height });
}
