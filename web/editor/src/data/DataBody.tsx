import { lazy, Suspense } from "react";
import { Loading } from "~/ui";
import { BinaryView } from "./BinaryView";
import { JsonView } from "./JsonView";
import { SchemaView } from "./SchemaView";
import { TableView } from "./TableView";
import type { View, ViewProps } from "./views";

const ChartView = lazy(() => import("./ChartView"));

/** The view that was chosen. */
export function DataBody({ view, ...rest }: ViewProps & { readonly view: View }) {
  switch (view) {
    case "table":
      return <TableView {...rest} />;
    case "json":
      return <JsonView {...rest} />;
    case "binary":
      return <BinaryView {...rest} />;
    case "chart":
      return (
        <Suspense fallback={<Loading />}>
          <ChartView {...rest} />
        </Suspense>
      );
    default:
      return <SchemaView {...rest} />;
  }
}
