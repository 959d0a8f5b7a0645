/** Where the keys lead in a grid. */

export interface Place {
  readonly row: number;
  readonly column: number;
}

interface Size {
  readonly rows: number;
  readonly columns: number;
}

const PAGE = 15;

/** The cell after a key; null: the key is none of the grid's. */
export function moved(key: string, from: Place, size: Size, whole: boolean): Place | null {
  const { row, column } = from;
  const to: Readonly<Record<string, Place>> = {
    ArrowUp: { row: row - 1, column },
    ArrowDown: { row: row + 1, column },
    ArrowLeft: { row, column: column - 1 },
    ArrowRight: { row, column: column + 1 },
    PageUp: { row: row - PAGE, column },
    PageDown: { row: row + PAGE, column },
    Home: { row: whole ? 0 : row, column: 0 },
    End: { row: whole ? size.rows - 1 : row, column: size.columns - 1 },
  };
  const found = to[key];
  return found ? inside(found, size) : null;
}

function inside({ row, column }: Place, { rows, columns }: Size): Place {
  return {
    row: Math.min(Math.max(0, row), Math.max(0, rows - 1)),
    column: Math.min(Math.max(0, column), Math.max(0, columns - 1)),
  };
}
