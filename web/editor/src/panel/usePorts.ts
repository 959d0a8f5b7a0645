import { useMemo } from "react";
import { useNodeTypes } from "~/api/queries";
import { useEditing } from "~/editing/store";
import { findNode, type NodePorts } from "~/model/document";
import { portsOf } from "~/model/ports";

const NONE: NodePorts = { inputs: [], outputs: [] };

/** The ports of a node with its present config. */
export function usePorts(id: string): NodePorts {
  const node = useEditing((state) => findNode(state.history.document, id));
  const told = useEditing((state) => state.ports);
  const types = useNodeTypes();
  return useMemo(() => (node ? portsOf(node, told, types) : NONE), [node, told, types]);
}
