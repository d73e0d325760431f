import { useRef } from 'react';
import { type Canvas, MarkedDiagram, type Marks } from './MarkedDiagram';

const SIGNS = { added: '+', removed: '−', changed: '≠' };

interface Side {
  title: string;
  xml: string;
  marks: Marks;
  label: string;
}

interface Props {
  sides: readonly [Side, Side];
  selected: string | null;
  onSelect: (elementId: string) => void;
}

/** Two diagrams beside each other that move together; what changed is coloured and signed in each. */
export function SyncedDiagrams({ sides, selected, onSelect }: Props) {
  const canvases = useRef<(Canvas | null)[]>([null, null]);
  const isMoving = useRef(false);

  function moved(place: number) {
    const [from, to] = [canvases.current[place], canvases.current[1 - place]];
    if (isMoving.current || !from || !to) return;
    isMoving.current = true;
    const { x, y, width, height } = from.viewbox();
    to.viewbox({ x, y, width, height });
    isMoving.current = false;
  }

  return (
    <div className="compared">
      {sides.map((side, place) => (
        <figure key={place}>
          <figcaption>{side.title}</figcaption>
          <MarkedDiagram
            xml={side.xml}
            marks={side.marks}
            signs={SIGNS}
            label={side.label}
            selected={selected}
            onSelect={onSelect}
            onMove={() => moved(place)}
            onReady={(canvas) => {
              canvases.current[place] = canvas;
              if (canvas) moved(place);
            }}
          />
        </figure>
      ))}
    </div>
  );
}
