import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api, type models } from "~/api/client";
import { cache } from "~/api/queries";

/** A sign-in that was begun, and the version that the credential had then. */
export interface Going extends models.Begun {
  readonly version: number;
}

/** Only such addresses are gone to, wherever they come from. */
export function isWeb(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

/**
 * Look again and again whether a sign-in in another window has come to an end.
 *
 * That window cannot tell: once it has been at another site, this page has no hold of it.
 */
export function useConnected(
  credential: string,
  going: Going | null,
  onConnected: () => void,
): void {
  const latest = useRef(onConnected);
  useEffect(() => {
    latest.current = onConnected;
  });
  const looked = useQuery({
    queryKey: ["credential-connecting", credential, going?.expires_ms],
    queryFn: async ({ signal }) => {
      const { value } = await api().showCredential(credential, { signal });
      return value.credential.version;
    },
    enabled: going !== null,
    refetchInterval: () => (going && Date.now() < going.expires_ms ? 2_000 : false),
    refetchIntervalInBackground: true,
    staleTime: 0,
  });
  const version = looked.data;
  useEffect(() => {
    if (going && version !== undefined && version !== going.version) {
      void cache.invalidateQueries({ queryKey: ["credentials"] });
      latest.current();
    }
  }, [going, version]);
}
