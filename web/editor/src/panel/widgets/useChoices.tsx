import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api } from "~/api/client";
import { documentOf, useEditing } from "~/editing/store";
import { fieldPath, type Path } from "~/model/expression";
import { Failure } from "~/ui";
import { useForm } from "../form/Form";
import { type Choice, type Field, recordOf } from "../form/fields";

interface Asked {
  readonly choices: readonly Choice[];
  readonly loading: boolean;
  readonly error: ReactNode;
}

/** What may be chosen; a dynamic field asks the server, again when what it depends on changes. */
export function useChoices(field: Field, path: Path): Asked {
  const { node, readOnly } = useForm();
  const config = recordOf(node.config);
  const asked = useQuery({
    queryKey: [
      "choices",
      node.id,
      node.type,
      fieldPath(path),
      node.credentials,
      field.dependsOn.map((name) => config[name]),
    ],
    queryFn: async () => {
      const editing = useEditing.getState();
      const found = await api().listChoices({
        workflow: editing.workflow,
        document: { ...documentOf(editing) },
        node: node.id,
        field: fieldPath(path),
      });
      return found.choices;
    },
    enabled: field.dynamic && !readOnly,
    staleTime: 60_000,
  });
  if (!field.dynamic) {
    return { choices: field.choices, loading: false, error: null };
  }
  return {
    choices: asked.data ?? [],
    loading: asked.isLoading,
    error: asked.error ? (
      <Failure error={asked.error} onRetry={() => void asked.refetch()} />
    ) : null,
  };
}
