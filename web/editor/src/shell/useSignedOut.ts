import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { callAs, chosenWorkspace, whenRefused } from "~/api/client";
import { cache, ME } from "~/api/queries";

/** Ask somebody to sign in again whose session has ended, and come back here. */
export function useSignedOut(): void {
  const router = useRouter();
  useEffect(() => {
    // Whether he is still signed in is the server's to say: a wrong password is refused alike.
    const endCalls = whenRefused(() => {
      if (cache.getQueryData(ME) && cache.isFetching({ queryKey: ME }) === 0) {
        void cache.invalidateQueries({ queryKey: ME });
      }
    });
    const endReads = cache.getQueryCache().subscribe(({ type, query }) => {
      if (type === "updated" && query.queryKey[0] === ME[0] && query.state.data === null) {
        callAs("", chosenWorkspace());
        const next = router.state.location.href;
        void router.navigate({ to: "/sign-in", search: { next, ended: true } });
      }
    });
    return () => {
      endCalls();
      endReads();
    };
  }, [router]);
}
