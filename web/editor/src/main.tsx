import "~/theme/tokens.css";
import "~/theme/base.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { cache } from "~/api/queries";
import { beginSpeaking } from "~/i18n";
import { beginListening } from "~/keys/keys";
import { router } from "~/shell/router";
import { beginPainting } from "~/theme/theme";
import { Confirming, TipProvider, Toasts } from "~/ui";

function Root() {
  return (
    <QueryClientProvider client={cache}>
      <TipProvider delayDuration={400}>
        <RouterProvider router={router} />
        <Confirming />
        <Toasts />
      </TipProvider>
    </QueryClientProvider>
  );
}

beginPainting();
beginListening();
await beginSpeaking();
const place = document.getElementById("root");
if (place) {
  createRoot(place).render(
    <StrictMode>
      <Root />
    </StrictMode>,
  );
}
