import { createBrowserRouter, Navigate } from 'react-router';
import { ErrorPage } from './ErrorPage';
import { features } from './feature';
import { Frame } from './Frame';
import { NotFoundPage } from './NotFoundPage';
import { SignInPage } from './SignInPage';

/** The URL is the state. What stands below `Frame` needs a session. */
export const router = createBrowserRouter([
  { path: '/sign-in', Component: SignInPage, ErrorBoundary: ErrorPage },
  {
    path: '/',
    Component: Frame,
    ErrorBoundary: ErrorPage,
    HydrateFallback: () => null,
    children: [
      { index: true, element: <Navigate to="/tasks" replace /> },
      ...features.map((feature) => ({ path: feature.name, ErrorBoundary: ErrorPage, children: feature.routes })),
      { path: '*', Component: NotFoundPage },
    ],
  },
]);
