/** How each kind of node and edge is drawn; made once, as the canvas asks for. */

import type { EdgeTypes, NodeTypes } from "@xyflow/react";
import { Wire } from "./edges/Wire";
import { GroupFrame } from "./nodes/GroupFrame";
import { NoteCard } from "./nodes/NoteCard";
import { StepCard } from "./nodes/StepCard";

export const NODE_PARTS = { step: StepCard, note: NoteCard, frame: GroupFrame } satisfies NodeTypes;
export const EDGE_PARTS = { wire: Wire } satisfies EdgeTypes;
