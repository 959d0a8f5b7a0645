/** What the library is made of, as the server has it. */

import { useQuery } from "@tanstack/react-query";
import { api, type models } from "~/api/client";
import { cache, useGrant } from "~/api/queries";
import { refreshWorkflows } from "~/api/workflows";

export type Folder = models.Folder;

export function useFolders() {
  const may = useGrant("workflow:read");
  return useQuery({
    queryKey: ["folders", may],
    // Who was only given single workflows sees no folders.
    queryFn: async (): Promise<readonly Folder[]> => (may ? (await api().listFolders()).items : []),
  });
}

/** Read again what is shown of the library. */
export async function refreshLibrary(): Promise<void> {
  await Promise.all([refreshWorkflows(), cache.invalidateQueries({ queryKey: ["folders"] })]);
}
