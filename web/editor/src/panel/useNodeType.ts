import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "~/api/client";
import { type Field, fieldsOf, recordOf } from "./form/fields";

export interface Described {
  readonly fields: readonly Field[] | undefined;
  /** The defaults of its retries and so on. */
  readonly whole: Readonly<Record<string, unknown>>;
  readonly error: unknown;
  readonly retry: () => void;
}

/** Everything there is to know of a node type: above all its parameters. */
export function useNodeType(type: string, given: number | undefined): Described {
  // A document that names none means the first, the server the newest.
  const version = given ?? 1;
  const [publisher = "", name = ""] = type.split("/");
  const asked = useQuery({
    queryKey: ["node-type", type, version],
    queryFn: async () => (await api().showNode(publisher, name, { version })).value,
    enabled: publisher !== "" && name !== "",
    staleTime: 300_000,
  });
  const whole = useMemo(() => recordOf(asked.data), [asked.data]);
  const fields = useMemo(
    () => (asked.data ? fieldsOf(asked.data.config) : undefined),
    [asked.data],
  );
  return { fields, whole, error: asked.error, retry: () => void asked.refetch() };
}
