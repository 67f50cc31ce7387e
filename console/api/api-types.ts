/** Types of the HTTP API, generated from its OpenAPI document by `npm run generate`: not to be edited. */
export interface paths {
    "/.well-known/ssf-configuration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What this transmitter of security events offers. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            issuer: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/approvals/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a link would approve, as a page. Changes nothing. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    token: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/html; charset=utf-8": string;
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Spends a link: `decision` approve or reject, and `why`. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    token: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/x-www-form-urlencoded": string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/html; charset=utf-8": string;
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/approvals/alerts/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Leads on from the link in a message to what waits for approval there. Changes nothing. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    token: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/html; charset=utf-8": string;
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/attestations/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What an owner is asked, as a page. Changes nothing. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    token: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/html; charset=utf-8": string;
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Spends a link: `decision` confirm, hand-over or retire, with `owner`, `purpose` and `expiresAt`. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    token: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/x-www-form-urlencoded": string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/html; charset=utf-8": string;
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the provider sends a browser back to: begins a session, or says why not. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                303: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/html; charset=utf-8": string;
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether people can sign in by OpenID Connect, and who has in this browser. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Absent where nobody is signed in by a cookie. */
                            session?: {
                                /** @description Goes into `x-tidemark-csrf` of every request that changes something. */
                                csrf: string;
                                name: string;
                                /** @description One of them goes into `x-tidemark-tenant`, percent-encoded. */
                                tenants: {
                                    /** @enum {string} */
                                    role: "viewer" | "analyst" | "responder" | "admin";
                                    tenant: string;
                                }[];
                            };
                            /** @description Absent where people sign in with a token alone. */
                            signIn?: {
                                /** @description Whose sign-in it is. */
                                label: string;
                            };
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in with a role in the tenant, the most recently active first. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Sessions left out of this answer, which is bounded. */
                            left: number;
                            sessions: {
                                beganAt: string;
                                /** @description Of the session; no secret. */
                                id: string;
                                name: string;
                                role: string;
                                /** @description When it ends, whatever happens in it. */
                                until: string;
                                /** @description When somebody last did something in it, to some minutes. */
                                usedAt: string;
                            }[];
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/sessions/{id}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends the session of somebody with a role in the tenant; it holds in every process within 5 seconds. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Whose it was. */
                            name: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sends a browser to the provider. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                303: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/html; charset=utf-8": string;
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends the session of this browser. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Where the session at the provider ends. */
                            next?: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/services/collector": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send events as Splunk HEC takes them. */
        post: {
            parameters: {
                query?: {
                    channel?: string;
                    /** @description Format of the records; auto recognises each. */
                    format?: "auto";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": unknown;
                    "application/x-ndjson": string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            ackId?: number;
                            code: number;
                            text: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/services/collector/ack": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask which requests of a channel are durable. */
        post: {
            parameters: {
                query?: {
                    channel?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        acks: number[];
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            acks: {
                                [key: string]: boolean;
                            };
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/services/collector/event": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send events as Splunk HEC takes them. */
        post: {
            parameters: {
                query?: {
                    channel?: string;
                    /** @description Format of the records; auto recognises each. */
                    format?: "auto";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": unknown;
                    "application/x-ndjson": string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            ackId?: number;
                            code: number;
                            text: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/services/collector/event/1.0": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send events as Splunk HEC takes them. */
        post: {
            parameters: {
                query?: {
                    channel?: string;
                    /** @description Format of the records; auto recognises each. */
                    format?: "auto";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": unknown;
                    "application/x-ndjson": string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            ackId?: number;
                            code: number;
                            text: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/services/collector/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether events are taken now, as Splunk HEC says it. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            ackId?: number;
                            code: number;
                            text: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/services/collector/health/1.0": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether events are taken now, as Splunk HEC says it. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            ackId?: number;
                            code: number;
                            text: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/services/collector/raw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send raw records, one a line. */
        post: {
            parameters: {
                query?: {
                    channel?: string;
                    /** @description Format of the records; auto recognises each. */
                    format?: "auto";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": unknown;
                    "application/x-ndjson": string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            ackId?: number;
                            code: number;
                            text: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/services/collector/raw/1.0": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send raw records, one a line. */
        post: {
            parameters: {
                query?: {
                    channel?: string;
                    /** @description Format of the records; auto recognises each. */
                    format?: "auto";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": unknown;
                    "application/x-ndjson": string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            ackId?: number;
                            code: number;
                            text: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/activities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Stored activities, newest first: of one identity, or by their ids. */
        get: {
            parameters: {
                query?: {
                    /** @description Of the identity of this account, cluster or organisation. */
                    account?: string;
                    /** @description `next` of the page before. */
                    cursor?: string;
                    identity?: string;
                    /** @description Ids of activities, as a JSON array of at most 100 of them. */
                    ids?: string;
                    limit?: number;
                    /** @description Of the identity with this provider. */
                    provider?: string;
                    since?: string;
                    /** @description Activities before that moment. */
                    until?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            activities: {
                                action: {
                                    /**
                                     * @description What it does: read, write, admin (changes rights or settings), execute, authenticate.
                                     * @enum {string}
                                     */
                                    access: "read" | "write" | "admin" | "execute" | "authenticate" | "unknown";
                                    /** @description What was done, as the vendor calls it, such as s3:GetObject. */
                                    name: string;
                                    /** @description Service it was done with, such as s3. */
                                    service: string;
                                };
                                actor?: {
                                    /** @description Version or fingerprint of what the agent was told to be (system prompt, settings); never the text itself. */
                                    config?: string;
                                    /** @description The very thing that acted for the identity: pod, virtual machine, process, agent. */
                                    id: string;
                                    /** @description What sort of thing it is, such as pod, instance or agent. */
                                    kind: string;
                                    /** @description Language model behind an agent; says that it is one. */
                                    model?: string;
                                    /** @description Version of its software. */
                                    version?: string;
                                };
                                amount?: {
                                    /** @description Bytes moved. */
                                    bytes?: number;
                                    /** @description Records or rows touched. */
                                    records?: number;
                                };
                                /**
                                 * Format: date-time
                                 * @description Event time, not arrival; RFC 3339 in UTC with milliseconds.
                                 */
                                at: string;
                                /** @description Of an act on identities and what they may do: whom it is about. Absent: read from name and resource. */
                                change?: {
                                    /** @description Id of the credential that was made; never the secret. */
                                    credential?: string;
                                    /** @description The identity that the act is about, by the id that its own activities carry. */
                                    identity?: string;
                                    /**
                                     * @description What the act makes: a credential (key, token, password), an identity (role, account), a right (policy, binding), a deployment (code, image, configuration).
                                     * @enum {string}
                                     */
                                    kind: "credential" | "identity" | "right" | "deployment";
                                    /** @description Rights that were given, as the vendor calls them: `s3:GetObject`, `s3:Get*`, `roles/storage.objectViewer`; a space and a pattern of resources may follow. `*` names nothing. */
                                    rights?: string[];
                                };
                                credential?: {
                                    /**
                                     * Format: date-time
                                     * @description When it ends by itself, RFC 3339 in UTC with milliseconds; use after that is an alert.
                                     */
                                    expiresAt?: string;
                                    /** @description Vendor's key id or a fingerprint; never the secret. */
                                    id: string;
                                    /**
                                     * Format: date-time
                                     * @description When it was issued, RFC 3339 in UTC with milliseconds.
                                     */
                                    issuedAt?: string;
                                    /**
                                     * @description What sort of credential it is.
                                     * @enum {string}
                                     */
                                    kind: "access-key" | "session-token" | "jwt" | "x509" | "oauth-token" | "pat" | "signing-key" | "password" | "other";
                                    /** @description Whether it outlives a session; without it, all kinds but session-token, jwt and oauth-token do. */
                                    longLived?: boolean;
                                };
                                /** @description Error as the vendor calls it. */
                                errorCode?: string;
                                /** @description Vendor's event id scoped by provider and account, else a hash of the record. */
                                id: string;
                                identity: {
                                    /** @description Account, project or organisation it belongs to; a resource of another one is foreign. */
                                    account?: string;
                                    /** @description Stage it runs in, such as production or staging. */
                                    environment?: string;
                                    /** @description Stable principal whose habits are learned; never a session or a key. */
                                    id: string;
                                    /**
                                     * @description What sort of identity it is; peers are looked for among identities of one kind and provider.
                                     * @enum {string}
                                     */
                                    kind: "service-account" | "role" | "workload" | "api-key" | "oauth-app" | "bot" | "agent" | "provider-service" | "human" | "unknown";
                                    /** @description Name for people; alerts show it instead of the id. */
                                    name?: string;
                                    /** @description Who knows it by this id: aws, gcp, azure, kubernetes, github, okta, or your own word. */
                                    provider: string;
                                };
                                /** @description Delegation chain, nearest delegator first, whoever started it last. */
                                onBehalfOf?: {
                                    /** @description The delegator: a user, service or repository. */
                                    id: string;
                                    /** @description What sort of delegator it is, such as human, service or workflow. */
                                    kind: string;
                                }[];
                                /**
                                 * @description How it ended: success, denied (it had no right), failed (it went wrong otherwise).
                                 * @enum {string}
                                 */
                                outcome: "success" | "denied" | "failed";
                                /**
                                 * Format: date-time
                                 * @description When it arrived, by the clock of whoever took it in; RFC 3339 in UTC with milliseconds. What a record says of it is not believed. Absent for history that is replayed.
                                 */
                                receivedAt?: string;
                                /** @description By which input it came: a topic, or a token and the way it was used; by the word of whoever took it in. What a record says of it is not believed. Absent for history that is replayed. */
                                receivedFrom?: string;
                                /** @description To whom the act opens its thing or gives a right: a share, a policy, a grant. Farthest first. */
                                recipients?: {
                                    /** @description To whom: an account, an identity, a domain, as the vendor calls it; `*` for everybody. */
                                    id: string;
                                    /**
                                     * @description Whose it is, beside the thing that is opened: everybody; outside, of another account or organisation; unknown, the log does not tell; service, of the provider; own.
                                     * @enum {string}
                                     */
                                    kind: "everybody" | "outside" | "unknown" | "service" | "own";
                                }[];
                                resource?: {
                                    /** @description Account the thing belongs to; without it, that of an ARN. */
                                    account?: string;
                                    /** @description The thing it was done to: ARN, URL, path, or an agent's target. */
                                    id: string;
                                    /** @description What sort of thing it is, such as bucket or secret. */
                                    type?: string;
                                };
                                run?: {
                                    /** @description Tools or actions that the run said it would use; others are evidence. */
                                    declared?: string[];
                                    /** @description The run of an agent or job that the act belongs to. */
                                    id: string;
                                    /** @description Sort of task, where the log names one: a workflow, prompt template or run type; never free text. */
                                    task?: string;
                                };
                                /** @description Scopes that the credential carried; their order does not matter. */
                                scopes?: string[];
                                /** @default {} */
                                source: {
                                    /** @description Number of the autonomous system of that address; the networks file can add it. */
                                    asn?: number;
                                    /** @description Country of the address, as a code or a name, but always the same way. */
                                    country?: string;
                                    /** @description Address it came from, IPv4 or IPv6. */
                                    ip?: string;
                                    /** @description Organisation that the autonomous system belongs to. */
                                    org?: string;
                                    /** @description Cloud region it worked in. */
                                    region?: string;
                                    /** @description Client software, as it names itself. */
                                    userAgent?: string;
                                    /** @description Private endpoint it came through. */
                                    vpcEndpoint?: string;
                                    /** @description Account that the private endpoint belongs to, as the vendor says. */
                                    vpcEndpointAccount?: string;
                                    /** @description Where it runs, coarse first: cluster/namespace/owner of the pod. */
                                    workload?: string;
                                };
                                /**
                                 * @description Whose data it is; habits, peers and budgets of tenants never mix.
                                 * @default default
                                 */
                                tenant: string;
                            }[];
                            next?: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Send records as NDJSON, as a JSON array or as one document, plain or gzip. Answered when every activity is durable. */
        post: {
            parameters: {
                query?: {
                    /** @description Format of the records; auto recognises each. */
                    format?: "auto";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": unknown;
                    "application/x-ndjson": string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Stored, and judged or on their way to be. */
                            activities: number;
                            /** @description Records nobody could read, by reason; kept as dead letters. */
                            dead: {
                                [key: string]: number;
                            };
                            read: number;
                            records: number;
                            /** @description Records that are no activity, by reason. */
                            skipped: {
                                [key: string]: number;
                            };
                            /** @description Spans that are durable and wait for the rest of their trace; absent: none. */
                            waiting?: number;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Alerts in their last version with where they stand, newest first. */
        get: {
            parameters: {
                query?: {
                    /** @description Of the identity of this account, cluster or organisation. */
                    account?: string;
                    /** @description `next` of the page before. */
                    cursor?: string;
                    identity?: string;
                    /** @description Alerts of this incident. */
                    incident?: string;
                    kind?: "credential-reuse" | "unexpected-source" | "scope-drift" | "unusual-pattern" | "lifecycle" | "delegation";
                    limit?: number;
                    owner?: string;
                    /** @description Of the identity with this provider. */
                    provider?: string;
                    /** @description This severe or more. */
                    severity?: "info" | "low" | "medium" | "high" | "critical";
                    /** @description With evidence since. */
                    since?: string;
                    status?: "new" | "acknowledged" | "suppressed" | "expired" | "resolved";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            alerts: {
                                /** @description Activities that brought evidence. */
                                activityCount: number;
                                /** @description Activities to look at, the most telling first. */
                                activityIds: string[];
                                /** @description What its detectors cannot see. */
                                blindSpots: string[];
                                /** @description Days since on which it was seen only where, or with what, it was strange, though nobody else speaks for that; absent while they are few. */
                                carriedOnDays?: number;
                                /** @description Names what it was raised for and when that began; fixed when it is raised. Alerts of several identities with the same are about to be one incident. */
                                cause?: string;
                                /**
                                 * @description What this version tells of the alert itself; absent where it was raised or has grown. Who changed the identity stands in `changes`.
                                 * @enum {string}
                                 */
                                change?: "eased" | "acknowledged" | "confirmed" | "resolved" | "suppressed" | "expired" | "contained" | "released" | "reopened";
                                /** @description Who changed the identity: what others, or it itself, did lately that the evidence is about. What this version of the alert tells stands in `change`. */
                                changes?: {
                                    /** @description The act, as the vendor calls it. */
                                    action: string;
                                    /**
                                     * Format: date-time
                                     * @description Event time of the change.
                                     */
                                    at: string;
                                    /** @description Who made it. */
                                    by: {
                                        /** @description Id of the identity that made it. */
                                        id: string;
                                        /** @description Its name for people. */
                                        name?: string;
                                    };
                                    /**
                                     * @description Whether it lowers the weight of evidence, speaks against it, or does neither.
                                     * @enum {string}
                                     */
                                    effect: "explains" | "incriminates" | "none";
                                    /** @description Fields of the evidence that it is about. */
                                    fields: string[];
                                    /** @description True when the identity of the alert made it itself. */
                                    isOwn?: boolean;
                                    /**
                                     * @description What it made.
                                     * @enum {string}
                                     */
                                    kind: "credential" | "identity" | "right" | "deployment";
                                    /**
                                     * @description How usual it was for whoever made it: usual; first, it never did that before; odd, something else about it was new; suspect, it is under an alert itself; doubted, it came under one within a day; other, none of these.
                                     * @enum {string}
                                     */
                                    manner: "usual" | "first" | "odd" | "suspect" | "other" | "doubted";
                                    /** @description Nats of the evidence that it explains. */
                                    nats: number;
                                    /** @description Clause for a person. */
                                    says: string;
                                    /** @description What was made or changed, by name. */
                                    thing?: string;
                                }[];
                                /** @description Controls of standards that the alert serves. */
                                controls: string[];
                                credential?: {
                                    /**
                                     * Format: date-time
                                     * @description When it ends by itself, RFC 3339 in UTC with milliseconds; use after that is an alert.
                                     */
                                    expiresAt?: string;
                                    /** @description Vendor's key id or a fingerprint; never the secret. */
                                    id: string;
                                    /**
                                     * Format: date-time
                                     * @description When it was issued, RFC 3339 in UTC with milliseconds.
                                     */
                                    issuedAt?: string;
                                    /**
                                     * @description What sort of credential it is.
                                     * @enum {string}
                                     */
                                    kind: "access-key" | "session-token" | "jwt" | "x509" | "oauth-token" | "pat" | "signing-key" | "password" | "other";
                                    /** @description Whether it outlives a session; without it, all kinds but session-token, jwt and oauth-token do. */
                                    longLived?: boolean;
                                };
                                /** @description Longest time in ms from one of its activities to the arrival of that one; only of those that came too late to be judged at their own time. */
                                delayMs?: number;
                                /** @description Chain of delegation of the most telling activity, nearest first. */
                                delegation?: {
                                    /** @description A delegator. */
                                    id: string;
                                    /** @description What sort of delegator it is. */
                                    kind: string;
                                }[];
                                /** @description Detectors with evidence, the strongest first. */
                                detectors: string[];
                                /** @description Of an agent: whether the agent itself changed. */
                                drift?: {
                                    /**
                                     * @description What about the agent changed and explains most of the evidence; a new version is a configuration. None: nothing did, as when it is misled. Unknown: the log does not tell, or not for long enough.
                                     * @enum {string}
                                     */
                                    cause: "model" | "configuration" | "tools" | "task" | "none" | "unknown";
                                    /** @description What the agent is made of, as far as the log tells. */
                                    parts: {
                                        /** @description It took the place of another within three days before the strongest evidence. */
                                        changed: boolean;
                                        /** @description What it was before; of a part that changed. */
                                        from?: string;
                                        /**
                                         * @description Which part it is.
                                         * @enum {string}
                                         */
                                        part: "model" | "version" | "configuration" | "tools" | "task";
                                        /** @description Others of its class that have it; of a part that changed. */
                                        peers?: number;
                                        /**
                                         * Format: date-time
                                         * @description First seen, or back after days of another.
                                         */
                                        since: string;
                                        /** @description What it was when the strongest evidence came. */
                                        value: string;
                                        /** @description It changes so often that a change tells nothing. */
                                        varies: boolean;
                                    }[];
                                    /** @description Clause for a person. */
                                    says: string;
                                };
                                /** @description Findings, the strongest first. */
                                evidence: {
                                    /** @description The gravest act in which it was found, as the vendor calls it. */
                                    action?: string;
                                    /** @description Id of that activity. */
                                    activityId: string;
                                    /**
                                     * Format: date-time
                                     * @description Event time of the activity it was found in.
                                     */
                                    at: string;
                                    /** @description Id of the detector that found it. */
                                    detector: string;
                                    /** @description Field of the activity, such as source.asn or action.name. */
                                    field: string;
                                    /** @description Correlated dimensions share a group and are not counted twice. */
                                    group: string;
                                    /** @description True when there were more things than are named. */
                                    moreThings?: boolean;
                                    /** @description Surprise: -ln of the rate of such novelty; an invariant carries fixed odds. */
                                    nats: number;
                                    prevalence: {
                                        /** @description Share of the identity's own active days with the value, 0 to 1. */
                                        identity: number;
                                        /** @description Share of its peer class that has it, 0 to 1. */
                                        peers: number;
                                        /** @description Share of the tenant's identities that have it, 0 to 1. */
                                        tenant: number;
                                    };
                                    /** @description To whom that act opened them or gave a right, as far as the log tells. */
                                    recipients?: string[];
                                    /** @description What was seen. */
                                    seen: string;
                                    /** @description Techniques of this very finding; absent where it has none. */
                                    techniques?: string[];
                                    /** @description Real names of what that act was aimed at; `seen` may be a pattern that many things fit. */
                                    things?: string[];
                                    /** @description What is usual for the identity. */
                                    usual: string;
                                }[];
                                /**
                                 * Format: date-time
                                 * @description Event time of the earliest evidence.
                                 */
                                firstAt: string;
                                /** @description Alerts that were folded into its incident when it was, itself included: they say no more than the incident, or are over the budget of the day. The fourth, the eighth and so on are delivered; what is strong or certain always is. */
                                folded?: number;
                                /** @description Hash of tenant, identity and episode: the same however often the events are read. */
                                id: string;
                                identity: {
                                    /** @description Account, project or organisation it belongs to; a resource of another one is foreign. */
                                    account?: string;
                                    /** @description Stage it runs in, such as production or staging. */
                                    environment?: string;
                                    /** @description Stable principal whose habits are learned; never a session or a key. */
                                    id: string;
                                    /**
                                     * @description What sort of identity it is; peers are looked for among identities of one kind and provider.
                                     * @enum {string}
                                     */
                                    kind: "service-account" | "role" | "workload" | "api-key" | "oauth-app" | "bot" | "agent" | "provider-service" | "human" | "unknown";
                                    /** @description Name for people; alerts show it instead of the id. */
                                    name?: string;
                                    /** @description Who knows it by this id: aws, gcp, azure, kubernetes, github, okta, or your own word. */
                                    provider: string;
                                };
                                /** @description Shared by alerts of several identities with one cause. */
                                incident?: string;
                                /** @description Kinds of drift, the strongest first. */
                                kinds: ("credential-reuse" | "unexpected-source" | "scope-drift" | "unusual-pattern" | "lifecycle" | "delegation")[];
                                /**
                                 * Format: date-time
                                 * @description Event time of the latest evidence.
                                 */
                                lastAt: string;
                                /** @description % of learning done for this identity. */
                                maturity: number;
                                /** @description Partitions whose worker lagged so far behind that this version was judged without what they have yet to tell of others; absent where none did. */
                                missingPartitions?: number;
                                /** @description Probability that it is misuse, held against known attacks, for the rate of attacks that is configured or that verdicts teach; absent where neither tells. */
                                misuse?: number;
                                /** @description Who answers for the identity, by the inventory. */
                                owner?: string;
                                /** @description Calibrated: share of benign identity-days of its class at least this surprising. */
                                p: number;
                                /**
                                 * Format: date-time
                                 * @description Event time at which it was first raised.
                                 */
                                raisedAt: string;
                                recommendation: {
                                    /**
                                     * @description The step of least expected cost, of those that can be undone.
                                     * @enum {string}
                                     */
                                    action: "observe" | "step-up" | "rotate-credential" | "revoke-session" | "narrow-scope" | "suspend-identity";
                                    /** @description Reason for a person, with the likelihood of misuse. */
                                    because: string;
                                    /** @description How it can be taken here: the responder and recipe that are set up for it and what they really do, or that none is. Told to people and sinks, and not stored. */
                                    by?: string;
                                    /**
                                     * Format: date-time
                                     * @description From then on the advice is stale.
                                     */
                                    expiresAt: string;
                                    /** @description Whether a person has to approve it; always true in what the engine says. */
                                    needsApproval: boolean;
                                    target: {
                                        /** @description Which one: identity id, credential id, or service of a scope. */
                                        id: string;
                                        /**
                                         * @description What the step is taken against.
                                         * @enum {string}
                                         */
                                        kind: "identity" | "credential" | "session" | "scope";
                                    };
                                    /** @description How to take it back. */
                                    undo: string;
                                    /** @description What stops working if it is taken. */
                                    wouldStop: string[];
                                };
                                /** @description Joint surprise in nats; higher = more certain, comparable across lanes and kinds. */
                                score: number;
                                /**
                                 * @description Score, sensitivity of the acts and advice in one word.
                                 * @enum {string}
                                 */
                                severity: "info" | "low" | "medium" | "high" | "critical";
                                /** @description What was decided; absent while nothing was. */
                                standing?: {
                                    /**
                                     * Format: date-time
                                     * @description When it was decided, by the clock of the process.
                                     */
                                    at: string;
                                    /** @description Why, in words. */
                                    because: string;
                                    /** @description Who decided it; absent where a rule did. */
                                    by?: string;
                                    /** @description What was done to contain it. */
                                    containment?: {
                                        /**
                                         * @description What was done.
                                         * @enum {string}
                                         */
                                        action: "observe" | "step-up" | "rotate-credential" | "revoke-session" | "narrow-scope" | "suspend-identity";
                                        /**
                                         * @description Whether it is in force.
                                         * @enum {string}
                                         */
                                        state: "active" | "lifted";
                                        /** @description Id of the suspension. */
                                        suspension: string;
                                    };
                                    /**
                                     * @description Where everything with its cause stands: as the alert that leaves most to do. Who shows alerts of one cause as one thing closes it by this.
                                     * @enum {string}
                                     */
                                    page: "new" | "acknowledged" | "suppressed" | "expired" | "resolved";
                                    /**
                                     * @description What a person says that it was.
                                     * @enum {string}
                                     */
                                    verdict?: "benign" | "true";
                                };
                                /**
                                 * @description Where it stands by what was decided about it.
                                 * @enum {string}
                                 */
                                status: "new" | "acknowledged" | "suppressed" | "expired" | "resolved";
                                /** @description ATT&CK, OWASP NHI and OWASP Agentic ids. */
                                techniques: string[];
                                /** @description Whose alert it is. */
                                tenant: string;
                                /** @description One sentence a person can act on. */
                                title: string;
                                triage: {
                                    /** @description Number of things people did about it. */
                                    actions: number;
                                    /** @description In the answer to a verdict on its incident: its own evidence, for which it was left as it was. */
                                    apart?: string[];
                                    /** @description What the alert has by now that the last decision about it did not cover. */
                                    reopened?: string;
                                    /**
                                     * @description Where the alert stands after what people did about it.
                                     * @enum {string}
                                     */
                                    status: "new" | "acknowledged" | "suppressed" | "expired" | "resolved";
                                    /** @description Suppression that hides it. */
                                    suppressedBy?: string;
                                    /**
                                     * @description Absent too where a benign alert has grown beyond what was judged.
                                     * @enum {string}
                                     */
                                    verdict?: "benign" | "true";
                                };
                                /** @description Counts up when there is news: new evidence, or twice as much of the known. */
                                version: number;
                            }[];
                            next?: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One alert, by its id or a beginning of it that fits no other. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Activities that brought evidence. */
                            activityCount: number;
                            /** @description Activities to look at, the most telling first. */
                            activityIds: string[];
                            /** @description What its detectors cannot see. */
                            blindSpots: string[];
                            /** @description Days since on which it was seen only where, or with what, it was strange, though nobody else speaks for that; absent while they are few. */
                            carriedOnDays?: number;
                            /** @description Names what it was raised for and when that began; fixed when it is raised. Alerts of several identities with the same are about to be one incident. */
                            cause?: string;
                            /**
                             * @description What this version tells of the alert itself; absent where it was raised or has grown. Who changed the identity stands in `changes`.
                             * @enum {string}
                             */
                            change?: "eased" | "acknowledged" | "confirmed" | "resolved" | "suppressed" | "expired" | "contained" | "released" | "reopened";
                            /** @description Who changed the identity: what others, or it itself, did lately that the evidence is about. What this version of the alert tells stands in `change`. */
                            changes?: {
                                /** @description The act, as the vendor calls it. */
                                action: string;
                                /**
                                 * Format: date-time
                                 * @description Event time of the change.
                                 */
                                at: string;
                                /** @description Who made it. */
                                by: {
                                    /** @description Id of the identity that made it. */
                                    id: string;
                                    /** @description Its name for people. */
                                    name?: string;
                                };
                                /**
                                 * @description Whether it lowers the weight of evidence, speaks against it, or does neither.
                                 * @enum {string}
                                 */
                                effect: "explains" | "incriminates" | "none";
                                /** @description Fields of the evidence that it is about. */
                                fields: string[];
                                /** @description True when the identity of the alert made it itself. */
                                isOwn?: boolean;
                                /**
                                 * @description What it made.
                                 * @enum {string}
                                 */
                                kind: "credential" | "identity" | "right" | "deployment";
                                /**
                                 * @description How usual it was for whoever made it: usual; first, it never did that before; odd, something else about it was new; suspect, it is under an alert itself; doubted, it came under one within a day; other, none of these.
                                 * @enum {string}
                                 */
                                manner: "usual" | "first" | "odd" | "suspect" | "other" | "doubted";
                                /** @description Nats of the evidence that it explains. */
                                nats: number;
                                /** @description Clause for a person. */
                                says: string;
                                /** @description What was made or changed, by name. */
                                thing?: string;
                            }[];
                            /** @description Newest first; where respond is enabled. */
                            containment?: {
                                action: string;
                                dispatchedAt?: string;
                                state: string;
                                /**
                                 * @description Absent before the dispatch.
                                 * @enum {string}
                                 */
                                status?: "watching" | "silent" | "leaking";
                                /** @description Of the target, after the dispatch. */
                                successes?: number;
                                suspension: string;
                                /** @description From the dispatch to the last success. */
                                timeToSilenceMs?: number;
                            }[];
                            /** @description Controls of standards that the alert serves. */
                            controls: string[];
                            credential?: {
                                /**
                                 * Format: date-time
                                 * @description When it ends by itself, RFC 3339 in UTC with milliseconds; use after that is an alert.
                                 */
                                expiresAt?: string;
                                /** @description Vendor's key id or a fingerprint; never the secret. */
                                id: string;
                                /**
                                 * Format: date-time
                                 * @description When it was issued, RFC 3339 in UTC with milliseconds.
                                 */
                                issuedAt?: string;
                                /**
                                 * @description What sort of credential it is.
                                 * @enum {string}
                                 */
                                kind: "access-key" | "session-token" | "jwt" | "x509" | "oauth-token" | "pat" | "signing-key" | "password" | "other";
                                /** @description Whether it outlives a session; without it, all kinds but session-token, jwt and oauth-token do. */
                                longLived?: boolean;
                            };
                            /** @description Longest time in ms from one of its activities to the arrival of that one; only of those that came too late to be judged at their own time. */
                            delayMs?: number;
                            /** @description Chain of delegation of the most telling activity, nearest first. */
                            delegation?: {
                                /** @description A delegator. */
                                id: string;
                                /** @description What sort of delegator it is. */
                                kind: string;
                            }[];
                            /** @description Detectors with evidence, the strongest first. */
                            detectors: string[];
                            /** @description Of an agent: whether the agent itself changed. */
                            drift?: {
                                /**
                                 * @description What about the agent changed and explains most of the evidence; a new version is a configuration. None: nothing did, as when it is misled. Unknown: the log does not tell, or not for long enough.
                                 * @enum {string}
                                 */
                                cause: "model" | "configuration" | "tools" | "task" | "none" | "unknown";
                                /** @description What the agent is made of, as far as the log tells. */
                                parts: {
                                    /** @description It took the place of another within three days before the strongest evidence. */
                                    changed: boolean;
                                    /** @description What it was before; of a part that changed. */
                                    from?: string;
                                    /**
                                     * @description Which part it is.
                                     * @enum {string}
                                     */
                                    part: "model" | "version" | "configuration" | "tools" | "task";
                                    /** @description Others of its class that have it; of a part that changed. */
                                    peers?: number;
                                    /**
                                     * Format: date-time
                                     * @description First seen, or back after days of another.
                                     */
                                    since: string;
                                    /** @description What it was when the strongest evidence came. */
                                    value: string;
                                    /** @description It changes so often that a change tells nothing. */
                                    varies: boolean;
                                }[];
                                /** @description Clause for a person. */
                                says: string;
                            };
                            /** @description Findings, the strongest first. */
                            evidence: {
                                /** @description The gravest act in which it was found, as the vendor calls it. */
                                action?: string;
                                /** @description Id of that activity. */
                                activityId: string;
                                /**
                                 * Format: date-time
                                 * @description Event time of the activity it was found in.
                                 */
                                at: string;
                                /** @description Id of the detector that found it. */
                                detector: string;
                                /** @description Field of the activity, such as source.asn or action.name. */
                                field: string;
                                /** @description Correlated dimensions share a group and are not counted twice. */
                                group: string;
                                /** @description True when there were more things than are named. */
                                moreThings?: boolean;
                                /** @description Surprise: -ln of the rate of such novelty; an invariant carries fixed odds. */
                                nats: number;
                                prevalence: {
                                    /** @description Share of the identity's own active days with the value, 0 to 1. */
                                    identity: number;
                                    /** @description Share of its peer class that has it, 0 to 1. */
                                    peers: number;
                                    /** @description Share of the tenant's identities that have it, 0 to 1. */
                                    tenant: number;
                                };
                                /** @description To whom that act opened them or gave a right, as far as the log tells. */
                                recipients?: string[];
                                /** @description What was seen. */
                                seen: string;
                                /** @description Techniques of this very finding; absent where it has none. */
                                techniques?: string[];
                                /** @description Real names of what that act was aimed at; `seen` may be a pattern that many things fit. */
                                things?: string[];
                                /** @description What is usual for the identity. */
                                usual: string;
                            }[];
                            /**
                             * Format: date-time
                             * @description Event time of the earliest evidence.
                             */
                            firstAt: string;
                            /** @description Alerts that were folded into its incident when it was, itself included: they say no more than the incident, or are over the budget of the day. The fourth, the eighth and so on are delivered; what is strong or certain always is. */
                            folded?: number;
                            /** @description Hash of tenant, identity and episode: the same however often the events are read. */
                            id: string;
                            identity: {
                                /** @description Account, project or organisation it belongs to; a resource of another one is foreign. */
                                account?: string;
                                /** @description Stage it runs in, such as production or staging. */
                                environment?: string;
                                /** @description Stable principal whose habits are learned; never a session or a key. */
                                id: string;
                                /**
                                 * @description What sort of identity it is; peers are looked for among identities of one kind and provider.
                                 * @enum {string}
                                 */
                                kind: "service-account" | "role" | "workload" | "api-key" | "oauth-app" | "bot" | "agent" | "provider-service" | "human" | "unknown";
                                /** @description Name for people; alerts show it instead of the id. */
                                name?: string;
                                /** @description Who knows it by this id: aws, gcp, azure, kubernetes, github, okta, or your own word. */
                                provider: string;
                            };
                            /** @description Shared by alerts of several identities with one cause. */
                            incident?: string;
                            /** @description Kinds of drift, the strongest first. */
                            kinds: ("credential-reuse" | "unexpected-source" | "scope-drift" | "unusual-pattern" | "lifecycle" | "delegation")[];
                            /**
                             * Format: date-time
                             * @description Event time of the latest evidence.
                             */
                            lastAt: string;
                            /** @description % of learning done for this identity. */
                            maturity: number;
                            /** @description How its step can be taken here; absent where it asks for none. */
                            means?: {
                                /** @description In one or two sentences. */
                                by: string;
                                /** @description The recipe that does it, or would. */
                                recipe?: string;
                                /** @description The responder that is set up for it. */
                                responder?: string;
                                /** @description What is to be done around it, in order, as a list to tick; empty where nobody knows a way. */
                                readonly steps: {
                                    phase: string;
                                    says: string;
                                }[];
                            };
                            /** @description Partitions whose worker lagged so far behind that this version was judged without what they have yet to tell of others; absent where none did. */
                            missingPartitions?: number;
                            /** @description Probability that it is misuse, held against known attacks, for the rate of attacks that is configured or that verdicts teach; absent where neither tells. */
                            misuse?: number;
                            /** @description Who answers for the identity, by the inventory. */
                            owner?: string;
                            /** @description Calibrated: share of benign identity-days of its class at least this surprising. */
                            p: number;
                            /**
                             * Format: date-time
                             * @description Event time at which it was first raised.
                             */
                            raisedAt: string;
                            recommendation: {
                                /**
                                 * @description The step of least expected cost, of those that can be undone.
                                 * @enum {string}
                                 */
                                action: "observe" | "step-up" | "rotate-credential" | "revoke-session" | "narrow-scope" | "suspend-identity";
                                /** @description Reason for a person, with the likelihood of misuse. */
                                because: string;
                                /** @description How it can be taken here: the responder and recipe that are set up for it and what they really do, or that none is. Told to people and sinks, and not stored. */
                                by?: string;
                                /**
                                 * Format: date-time
                                 * @description From then on the advice is stale.
                                 */
                                expiresAt: string;
                                /** @description Whether a person has to approve it; always true in what the engine says. */
                                needsApproval: boolean;
                                target: {
                                    /** @description Which one: identity id, credential id, or service of a scope. */
                                    id: string;
                                    /**
                                     * @description What the step is taken against.
                                     * @enum {string}
                                     */
                                    kind: "identity" | "credential" | "session" | "scope";
                                };
                                /** @description How to take it back. */
                                undo: string;
                                /** @description What stops working if it is taken. */
                                wouldStop: string[];
                            };
                            /** @description Joint surprise in nats; higher = more certain, comparable across lanes and kinds. */
                            score: number;
                            /**
                             * @description Score, sensitivity of the acts and advice in one word.
                             * @enum {string}
                             */
                            severity: "info" | "low" | "medium" | "high" | "critical";
                            /** @description What was decided; absent while nothing was. */
                            standing?: {
                                /**
                                 * Format: date-time
                                 * @description When it was decided, by the clock of the process.
                                 */
                                at: string;
                                /** @description Why, in words. */
                                because: string;
                                /** @description Who decided it; absent where a rule did. */
                                by?: string;
                                /** @description What was done to contain it. */
                                containment?: {
                                    /**
                                     * @description What was done.
                                     * @enum {string}
                                     */
                                    action: "observe" | "step-up" | "rotate-credential" | "revoke-session" | "narrow-scope" | "suspend-identity";
                                    /**
                                     * @description Whether it is in force.
                                     * @enum {string}
                                     */
                                    state: "active" | "lifted";
                                    /** @description Id of the suspension. */
                                    suspension: string;
                                };
                                /**
                                 * @description Where everything with its cause stands: as the alert that leaves most to do. Who shows alerts of one cause as one thing closes it by this.
                                 * @enum {string}
                                 */
                                page: "new" | "acknowledged" | "suppressed" | "expired" | "resolved";
                                /**
                                 * @description What a person says that it was.
                                 * @enum {string}
                                 */
                                verdict?: "benign" | "true";
                            };
                            /**
                             * @description Where it stands by what was decided about it.
                             * @enum {string}
                             */
                            status: "new" | "acknowledged" | "suppressed" | "expired" | "resolved";
                            /** @description ATT&CK, OWASP NHI and OWASP Agentic ids. */
                            techniques: string[];
                            /** @description Whose alert it is. */
                            tenant: string;
                            /** @description One sentence a person can act on. */
                            title: string;
                            triage: {
                                /** @description Number of things people did about it. */
                                actions: number;
                                /** @description In the answer to a verdict on its incident: its own evidence, for which it was left as it was. */
                                apart?: string[];
                                /** @description What the alert has by now that the last decision about it did not cover. */
                                reopened?: string;
                                /**
                                 * @description Where the alert stands after what people did about it.
                                 * @enum {string}
                                 */
                                status: "new" | "acknowledged" | "suppressed" | "expired" | "resolved";
                                /** @description Suppression that hides it. */
                                suppressedBy?: string;
                                /**
                                 * @description Absent too where a benign alert has grown beyond what was judged.
                                 * @enum {string}
                                 */
                                verdict?: "benign" | "true";
                            };
                            /** @description Counts up when there is news: new evidence, or twice as much of the known. */
                            version: number;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts/{id}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say that somebody is looking at it. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description How many actions there were when it was looked at, as in `triage.actions`: where others did something since, nothing is done and the last of it is told. Absent: it is done whatever came. */
                        actions?: number;
                        /** @description Why, for whoever reads it later. */
                        because?: string;
                        /** @description Version that was looked at: what the alert has beyond it is not covered. Absent: as it is now. */
                        version?: number;
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Activities that brought evidence. */
                            activityCount: number;
                            /** @description Activities to look at, the most telling first. */
                            activityIds: string[];
                            /** @description What its detectors cannot see. */
                            blindSpots: string[];
                            /** @description Days since on which it was seen only where, or with what, it was strange, though nobody else speaks for that; absent while they are few. */
                            carriedOnDays?: number;
                            /** @description Names what it was raised for and when that began; fixed when it is raised. Alerts of several identities with the same are about to be one incident. */
                            cause?: string;
                            /**
                             * @description What this version tells of the alert itself; absent where it was raised or has grown. Who changed the identity stands in `changes`.
                             * @enum {string}
                             */
                            change?: "eased" | "acknowledged" | "confirmed" | "resolved" | "suppressed" | "expired" | "contained" | "released" | "reopened";
                            /** @description Who changed the identity: what others, or it itself, did lately that the evidence is about. What this version of the alert tells stands in `change`. */
                            changes?: {
                                /** @description The act, as the vendor calls it. */
                                action: string;
                                /**
                                 * Format: date-time
                                 * @description Event time of the change.
                                 */
                                at: string;
                                /** @description Who made it. */
                                by: {
                                    /** @description Id of the identity that made it. */
                                    id: string;
                                    /** @description Its name for people. */
                                    name?: string;
                                };
                                /**
                                 * @description Whether it lowers the weight of evidence, speaks against it, or does neither.
                                 * @enum {string}
                                 */
                                effect: "explains" | "incriminates" | "none";
                                /** @description Fields of the evidence that it is about. */
                                fields: string[];
                                /** @description True when the identity of the alert made it itself. */
                                isOwn?: boolean;
                                /**
                                 * @description What it made.
                                 * @enum {string}
                                 */
                                kind: "credential" | "identity" | "right" | "deployment";
                                /**
                                 * @description How usual it was for whoever made it: usual; first, it never did that before; odd, something else about it was new; suspect, it is under an alert itself; doubted, it came under one within a day; other, none of these.
                                 * @enum {string}
                                 */
                                manner: "usual" | "first" | "odd" | "suspect" | "other" | "doubted";
                                /** @description Nats of the evidence that it explains. */
                                nats: number;
                                /** @description Clause for a person. */
                                says: string;
                                /** @description What was made or changed, by name. */
                                thing?: string;
                            }[];
                            /** @description Controls of standards that the alert serves. */
                            controls: string[];
                            credential?: {
                                /**
                                 * Format: date-time
                                 * @description When it ends by itself, RFC 3339 in UTC with milliseconds; use after that is an alert.
                                 */
                                expiresAt?: string;
                                /** @description Vendor's key id or a fingerprint; never the secret. */
                                id: string;
                                /**
                                 * Format: date-time
                                 * @description When it was issued, RFC 3339 in UTC with milliseconds.
                                 */
                                issuedAt?: string;
                                /**
                                 * @description What sort of credential it is.
                                 * @enum {string}
                                 */
                                kind: "access-key" | "session-token" | "jwt" | "x509" | "oauth-token" | "pat" | "signing-key" | "password" | "other";
                                /** @description Whether it outlives a session; without it, all kinds but session-token, jwt and oauth-token do. */
                                longLived?: boolean;
                            };
                            /** @description Longest time in ms from one of its activities to the arrival of that one; only of those that came too late to be judged at their own time. */
                            delayMs?: number;
                            /** @description Chain of delegation of the most telling activity, nearest first. */
                            delegation?: {
                                /** @description A delegator. */
                                id: string;
                                /** @description What sort of delegator it is. */
                                kind: string;
                            }[];
                            /** @description Detectors with evidence, the strongest first. */
                            detectors: string[];
                            /** @description Of an agent: whether the agent itself changed. */
                            drift?: {
                                /**
                                 * @description What about the agent changed and explains most of the evidence; a new version is a configuration. None: nothing did, as when it is misled. Unknown: the log does not tell, or not for long enough.
                                 * @enum {string}
                                 */
                                cause: "model" | "configuration" | "tools" | "task" | "none" | "unknown";
                                /** @description What the agent is made of, as far as the log tells. */
                                parts: {
                                    /** @description It took the place of another within three days before the strongest evidence. */
                                    changed: boolean;
                                    /** @description What it was before; of a part that changed. */
                                    from?: string;
                                    /**
                                     * @description Which part it is.
                                     * @enum {string}
                                     */
                                    part: "model" | "version" | "configuration" | "tools" | "task";
                                    /** @description Others of its class that have it; of a part that changed. */
                                    peers?: number;
                                    /**
                                     * Format: date-time
                                     * @description First seen, or back after days of another.
                                     */
                                    since: string;
                                    /** @description What it was when the strongest evidence came. */
                                    value: string;
                                    /** @description It changes so often that a change tells nothing. */
                                    varies: boolean;
                                }[];
                                /** @description Clause for a person. */
                                says: string;
                            };
                            /** @description Findings, the strongest first. */
                            evidence: {
                                /** @description The gravest act in which it was found, as the vendor calls it. */
                                action?: string;
                                /** @description Id of that activity. */
                                activityId: string;
                                /**
                                 * Format: date-time
                                 * @description Event time of the activity it was found in.
                                 */
                                at: string;
                                /** @description Id of the detector that found it. */
                                detector: string;
                                /** @description Field of the activity, such as source.asn or action.name. */
                                field: string;
                                /** @description Correlated dimensions share a group and are not counted twice. */
                                group: string;
                                /** @description True when there were more things than are named. */
                                moreThings?: boolean;
                                /** @description Surprise: -ln of the rate of such novelty; an invariant carries fixed odds. */
                                nats: number;
                                prevalence: {
                                    /** @description Share of the identity's own active days with the value, 0 to 1. */
                                    identity: number;
                                    /** @description Share of its peer class that has it, 0 to 1. */
                                    peers: number;
                                    /** @description Share of the tenant's identities that have it, 0 to 1. */
                                    tenant: number;
                                };
                                /** @description To whom that act opened them or gave a right, as far as the log tells. */
                                recipients?: string[];
                                /** @description What was seen. */
                                seen: string;
                                /** @description Techniques of this very finding; absent where it has none. */
                                techniques?: string[];
                                /** @description Real names of what that act was aimed at; `seen` may be a pattern that many things fit. */
                                things?: string[];
                                /** @description What is usual for the identity. */
                                usual: string;
                            }[];
                            /**
                             * Format: date-time
                             * @description Event time of the earliest evidence.
                             */
                            firstAt: string;
                            /** @description Alerts that were folded into its incident when it was, itself included: they say no more than the incident, or are over the budget of the day. The fourth, the eighth and so on are delivered; what is strong or certain always is. */
                            folded?: number;
                            /** @description Hash of tenant, identity and episode: the same however often the events are read. */
                            id: string;
                            identity: {
                                /** @description Account, project or organisation it belongs to; a resource of another one is foreign. */
                                account?: string;
                                /** @description Stage it runs in, such as production or staging. */
                                environment?: string;
                                /** @description Stable principal whose habits are learned; never a session or a key. */
                                id: string;
                                /**
                                 * @description What sort of identity it is; peers are looked for among identities of one kind and provider.
                                 * @enum {string}
                                 */
                                kind: "service-account" | "role" | "workload" | "api-key" | "oauth-app" | "bot" | "agent" | "provider-service" | "human" | "unknown";
                                /** @description Name for people; alerts show it instead of the id. */
                                name?: string;
                                /** @description Who knows it by this id: aws, gcp, azure, kubernetes, github, okta, or your own word. */
                                provider: string;
                            };
                            /** @description Shared by alerts of several identities with one cause. */
                            incident?: string;
                            /** @description Kinds of drift, the strongest first. */
                            kinds: ("credential-reuse" | "unexpected-source" | "scope-drift" | "unusual-pattern" | "lifecycle" | "delegation")[];
                            /**
                             * Format: date-time
                             * @description Event time of the latest evidence.
                             */
                            lastAt: string;
                            /** @description % of learning done for this identity. */
                            maturity: number;
                            /** @description Partitions whose worker lagged so far behind that this version was judged without what they have yet to tell of others; absent where none did. */
                            missingPartitions?: number;
                            /** @description Probability that it is misuse, held against known attacks, for the rate of attacks that is configured or that verdicts teach; absent where neither tells. */
                            misuse?: number;
                            /** @description Who answers for the identity, by the inventory. */
                            owner?: string;
                            /** @description Calibrated: share of benign identity-days of its class at least this surprising. */
                            p: number;
                            /**
                             * Format: date-time
                             * @description Event time at which it was first raised.
                             */
                            raisedAt: string;
                            recommendation: {
                                /**
                                 * @description The step of least expected cost, of those that can be undone.
                                 * @enum {string}
                                 */
                                action: "observe" | "step-up" | "rotate-credential" | "revoke-session" | "narrow-scope" | "suspend-identity";
                                /** @description Reason for a person, with the likelihood of misuse. */
                                because: string;
                                /** @description How it can be taken here: the responder and recipe that are set up for it and what they really do, or that none is. Told to people and sinks, and not stored. */
                                by?: string;
                                /**
                                 * Format: date-time
                                 * @description From then on the advice is stale.
                                 */
                                expiresAt: string;
                                /** @description Whether a person has to approve it; always true in what the engine says. */
                                needsApproval: boolean;
                                target: {
                                    /** @description Which one: identity id, credential id, or service of a scope. */
                                    id: string;
                                    /**
                                     * @description What the step is taken against.
                                     * @enum {string}
                                     */
                                    kind: "identity" | "credential" | "session" | "scope";
                                };
                                /** @description How to take it back. */
                                undo: string;
                                /** @description What stops working if it is taken. */
                                wouldStop: string[];
                            };
                            /** @description Joint surprise in nats; higher = more certain, comparable across lanes and kinds. */
                            score: number;
                            /**
                             * @description Score, sensitivity of the acts and advice in one word.
                             * @enum {string}
                             */
                            severity: "info" | "low" | "medium" | "high" | "critical";
                            /** @description What was decided; absent while nothing was. */
                            standing?: {
                                /**
                                 * Format: date-time
                                 * @description When it was decided, by the clock of the process.
                                 */
                                at: string;
                                /** @description Why, in words. */
                                because: string;
                                /** @description Who decided it; absent where a rule did. */
                                by?: string;
                                /** @description What was done to contain it. */
                                containment?: {
                                    /**
                                     * @description What was done.
                                     * @enum {string}
                                     */
                                    action: "observe" | "step-up" | "rotate-credential" | "revoke-session" | "narrow-scope" | "suspend-identity";
                                    /**
                                     * @description Whether it is in force.
                                     * @enum {string}
                                     */
                                    state: "active" | "lifted";
                                    /** @description Id of the suspension. */
                                    suspension: string;
                                };
                                /**
                                 * @description Where everything with its cause stands: as the alert that leaves most to do. Who shows alerts of one cause as one thing closes it by this.
                                 * @enum {string}
                                 */
                                page: "new" | "acknowledged" | "suppressed" | "expired" | "resolved";
                                /**
                                 * @description What a person says that it was.
                                 * @enum {string}
                                 */
                                verdict?: "benign" | "true";
                            };
                            /**
                             * @description Where it stands by what was decided about it.
                             * @enum {string}
                             */
                            status: "new" | "acknowledged" | "suppressed" | "expired" | "resolved";
                            /** @description ATT&CK, OWASP NHI and OWASP Agentic ids. */
                            techniques: string[];
                            /** @description Whose alert it is. */
                            tenant: string;
                            /** @description One sentence a person can act on. */
                            title: string;
                            triage: {
                                /** @description Number of things people did about it. */
                                actions: number;
                                /** @description In the answer to a verdict on its incident: its own evidence, for which it was left as it was. */
                                apart?: string[];
                                /** @description What the alert has by now that the last decision about it did not cover. */
                                reopened?: string;
                                /**
                                 * @description Where the alert stands after what people did about it.
                                 * @enum {string}
                                 */
                                status: "new" | "acknowledged" | "suppressed" | "expired" | "resolved";
                                /** @description Suppression that hides it. */
                                suppressedBy?: string;
                                /**
                                 * @description Absent too where a benign alert has grown beyond what was judged.
                                 * @enum {string}
                                 */
                                verdict?: "benign" | "true";
                            };
                            /** @description Counts up when there is news: new evidence, or twice as much of the known. */
                            version: number;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts/{id}/as/{form}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One alert in the words of a standard: json, ocsf or ecs; cef is one line of text. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    form: string;
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": unknown;
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts/{id}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Leave a note for whoever looks next. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        comment: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Activities that brought evidence. */
                            activityCount: number;
                            /** @description Activities to look at, the most telling first. */
                            activityIds: string[];
                            /** @description What its detectors cannot see. */
                            blindSpots: string[];
                            /** @description Days since on which it was seen only where, or with what, it was strange, though nobody else speaks for that; absent while they are few. */
                            carriedOnDays?: number;
                            /** @description Names what it was raised for and when that began; fixed when it is raised. Alerts of several identities with the same are about to be one incident. */
                            cause?: string;
                            /**
                             * @description What this version tells of the alert itself; absent where it was raised or has grown. Who changed the identity stands in `changes`.
                             * @enum {string}
                             */
                            change?: "eased" | "acknowledged" | "confirmed" | "resolved" | "suppressed" | "expired" | "contained" | "released" | "reopened";
                            /** @description Who changed the identity: what others, or it itself, did lately that the evidence is about. What this version of the alert tells stands in `change`. */
                            changes?: {
                                /** @description The act, as the vendor calls it. */
                                action: string;
                                /**
                                 * Format: date-time
                                 * @description Event time of the change.
                                 */
                                at: string;
                                /** @description Who made it. */
                                by: {
                                    /** @description Id of the identity that made it. */
                                    id: string;
                                    /** @description Its name for people. */
                                    name?: string;
                                };
                                /**
                                 * @description Whether it lowers the weight of evidence, speaks against it, or does neither.
                                 * @enum {string}
                                 */
                                effect: "explains" | "incriminates" | "none";
                                /** @description Fields of the evidence that it is about. */
                                fields: string[];
                                /** @description True when the identity of the alert made it itself. */
                                isOwn?: boolean;
                                /**
                                 * @description What it made.
                                 * @enum {string}
                                 */
                                kind: "credential" | "identity" | "right" | "deployment";
                                /**
                                 * @description How usual it was for whoever made it: usual; first, it never did that before; odd, something else about it was new; suspect, it is under an alert itself; doubted, it came under one within a day; other, none of these.
                                 * @enum {string}
                                 */
                                manner: "usual" | "first" | "odd" | "suspect" | "other" | "doubted";
                                /** @description Nats of the evidence that it explains. */
                                nats: number;
                                /** @description Clause for a person. */
                                says: string;
                                /** @description What was made or changed, by name. */
                                thing?: string;
                            }[];
                            /** @description Controls of standards that the alert serves. */
                            controls: string[];
                            credential?: {
                                /**
                                 * Format: date-time
                                 * @description When it ends by itself, RFC 3339 in UTC with milliseconds; use after that is an alert.
                                 */
                                expiresAt?: string;
                                /** @description Vendor's key id or a fingerprint; never the secret. */
                                id: string;
                                /**
                                 * Format: date-time
                                 * @description When it was issued, RFC 3339 in UTC with milliseconds.
                                 */
                                issuedAt?: string;
                                /**
                                 * @description What sort of credential it is.
                                 * @enum {string}
                                 */
                                kind: "access-key" | "session-token" | "jwt" | "x509" | "oauth-token" | "pat" | "signing-key" | "password" | "other";
                                /** @description Whether it outlives a session; without it, all kinds but session-token, jwt and oauth-token do. */
                                longLived?: boolean;
                            };
                            /** @description Longest time in ms from one of its activities to the arrival of that one; only of those that came too late to be judged at their own time. */
                            delayMs?: number;
                            /** @description Chain of delegation of the most telling activity, nearest first. */
                            delegation?: {
                                /** @description A delegator. */
                                id: string;
                                /** @description What sort of delegator it is. */
                                kind: string;
                            }[];
                            /** @description Detectors with evidence, the strongest first. */
                            detectors: string[];
                            /** @description Of an agent: whether the agent itself changed. */
                            drift?: {
                                /**
                                 * @description What about the agent changed and explains most of the evidence; a new version is a configuration. None: nothing did, as when it is misled. Unknown: the log does not tell, or not for long enough.
                                 * @enum {string}
                                 */
                                cause: "model" | "configuration" | "tools" | "task" | "none" | "unknown";
                                /** @description What the agent is made of, as far as the log tells. */
                                parts: {
                                    /** @description It took the place of another within three days before the strongest evidence. */
                                    changed: boolean;
                                    /** @description What it was before; of a part that changed. */
                                    from?: string;
                                    /**
                                     * @description Which part it is.
                                     * @enum {string}
                                     */
                                    part: "model" | "version" | "configuration" | "tools" | "task";
                                    /** @description Others of its class that have it; of a part that changed. */
                                    peers?: number;
                                    /**
                                     * Format: date-time
                                     * @description First seen, or back after days of another.
                                     */
                                    since: string;
                                    /** @description What it was when the strongest evidence came. */
                                    value: string;
                                    /** @description It changes so often that a change tells nothing. */
                                    varies: boolean;
                                }[];
                                /** @description Clause for a person. */
                                says: string;
                            };
                            /** @description Findings, the strongest first. */
                            evidence: {
                                /** @description The gravest act in which it was found, as the vendor calls it. */
                                action?: string;
                                /** @description Id of that activity. */
                                activityId: string;
                                /**
                                 * Format: date-time
                                 * @description Event time of the activity it was found in.
                                 */
                                at: string;
                                /** @description Id of the detector that found it. */
                                detector: string;
                                /** @description Field of the activity, such as source.asn or action.name. */
                                field: string;
                                /** @description Correlated dimensions share a group and are not counted twice. */
                                group: string;
                                /** @description True when there were more things than are named. */
                                moreThings?: boolean;
                                /** @description Surprise: -ln of the rate of such novelty; an invariant carries fixed odds. */
                                nats: number;
                                prevalence: {
                                    /** @description Share of the identity's own active days with the value, 0 to 1. */
                                    identity: number;
                                    /** @description Share of its peer class that has it, 0 to 1. */
                                    peers: number;
                                    /** @description Share of the tenant's identities that have it, 0 to 1. */
                                    tenant: number;
                                };
                                /** @description To whom that act opened them or gave a right, as far as the log tells. */
                                recipients?: string[];
                                /** @description What was seen. */
                                seen: string;
                                /** @description Techniques of this very finding; absent where it has none. */
                                techniques?: string[];
                                /** @description Real names of what that act was aimed at; `seen` may be a pattern that many things fit. */
                                things?: string[];
                                /** @description What is usual for the identity. */
                                usual: string;
                            }[];
                            /**
                             * Format: date-time
                             * @description Event time of the earliest evidence.
                             */
                            firstAt: string;
                            /** @description Alerts that were folded into its incident when it was, itself included: they say no more than the incident, or are over the budget of the day. The fourth, the eighth and so on are delivered; what is strong or certain always is. */
                            folded?: number;
                            /** @description Hash of tenant, identity and episode: the same however often the events are read. */
                            id: string;
                            identity: {
                                /** @description Account, project or organisation it belongs to; a resource of another one is foreign. */
                                account?: string;
                                /** @description Stage it runs in, such as production or staging. */
                                environment?: string;
                                /** @description Stable principal whose habits are learned; never a session or a key. */
                                id: string;
                                /**
                                 * @description What sort of identity it is; peers are looked for among identities of one kind and provider.
                                 * @enum {string}
                                 */
                                kind: "service-account" | "role" | "workload" | "api-key" | "oauth-app" | "bot" | "agent" | "provider-service" | "human" | "unknown";
                                /** @description Name for people; alerts show it instead of the id. */
                                name?: string;
                                /** @description Who knows it by this id: aws, gcp, azure, kubernetes, github, okta, or your own word. */
                                provider: string;
                            };
                            /** @description Shared by alerts of several identities with one cause. */
                            incident?: string;
                            /** @description Kinds of drift, the strongest first. */
                            kinds: ("credential-reuse" | "unexpected-source" | "scope-drift" | "unusual-pattern" | "lifecycle" | "delegation")[];
                            /**
                             * Format: date-time
                             * @description Event time of the latest evidence.
                             */
                            lastAt: string;
                            /** @description % of learning done for this identity. */
                            maturity: number;
                            /** @description Partitions whose worker lagged so far behind that this version was judged without what they have yet to tell of others; absent where none did. */
                            missingPartitions?: number;
                            /** @description Probability that it is misuse, held against known attacks, for the rate of attacks that is configured or that verdicts teach; absent where neither tells. */
                            misuse?: number;
                            /** @description Who answers for the identity, by the inventory. */
                            owner?: string;
                            /** @description Calibrated: share of benign identity-days of its class at least this surprising. */
                            p: number;
                            /**
                             * Format: date-time
                             * @description Event time at which it was first raised.
                             */
                            raisedAt: string;
                            recommendation: {
                                /**
                                 * @description The step of least expected cost, of those that can be undone.
                                 * @enum {string}
                                 */
                                action: "observe" | "step-up" | "rotate-credential" | "revoke-session" | "narrow-scope" | "suspend-identity";
                                /** @description Reason for a person, with the likelihood of misuse. */
                                because: string;
                                /** @description How it can be taken here: the responder and recipe that are set up for it and what they really do, or that none is. Told to people and sinks, and not stored. */
                                by?: string;
                                /**
                                 * Format: date-time
                                 * @description From then on the advice is stale.
                                 */
                                expiresAt: string;
                                /** @description Whether a person has to approve it; always true in what the engine says. */
                                needsApproval: boolean;
                                target: {
                                    /** @description Which one: identity id, credential id, or service of a scope. */
                                    id: string;
                                    /**
                                     * @description What the step is taken against.
                                     * @enum {string}
                                     */
                                    kind: "identity" | "credential" | "session" | "scope";
                                };
                                /** @description How to take it back. */
                                undo: string;
                                /** @description What stops working if it is taken. */
                                wouldStop: string[];
                            };
                            /** @description Joint surprise in nats; higher = more certain, comparable across lanes and kinds. */
                            score: number;
                            /**
                             * @description Score, sensitivity of the acts and advice in one word.
                             * @enum {string}
                             */
                            severity: "info" | "low" | "medium" | "high" | "critical";
                            /** @description What was decided; absent while nothing was. */
                            standing?: {
                                /**
                                 * Format: date-time
                                 * @description When it was decided, by the clock of the process.
                                 */
                                at: string;
                                /** @description Why, in words. */
                                because: string;
                                /** @description Who decided it; absent where a rule did. */
                                by?: string;
                                /** @description What was done to contain it. */
                                containment?: {
                                    /**
                                     * @description What was done.
                                     * @enum {string}
                                     */
                                    action: "observe" | "step-up" | "rotate-credential" | "revoke-session" | "narrow-scope" | "suspend-identity";
                                    /**
                                     * @description Whether it is in force.
                                     * @enum {string}
                                     */
                                    state: "active" | "lifted";
                                    /** @description Id of the suspension. */
                                    suspension: string;
                                };
                                /**
                                 * @description Where everything with its cause stands: as the alert that leaves most to do. Who shows alerts of one cause as one thing closes it by this.
                                 * @enum {string}
                                 */
                                page: "new" | "acknowledged" | "suppressed" | "expired" | "resolved";
                                /**
                                 * @description What a person says that it was.
                                 * @enum {string}
                                 */
                                verdict?: "benign" | "true";
                            };
                            /**
                             * @description Where it stands by what was decided about it.
                             * @enum {string}
                             */
                            status: "new" | "acknowledged" | "suppressed" | "expired" | "resolved";
                            /** @description ATT&CK, OWASP NHI and OWASP Agentic ids. */
                            techniques: string[];
                            /** @description Whose alert it is. */
                            tenant: string;
                            /** @description One sentence a person can act on. */
                            title: string;
                            triage: {
                                /** @description Number of things people did about it. */
                                actions: number;
                                /** @description In the answer to a verdict on its incident: its own evidence, for which it was left as it was. */
                                apart?: string[];
                                /** @description What the alert has by now that the last decision about it did not cover. */
                                reopened?: string;
                                /**
                                 * @description Where the alert stands after what people did about it.
                                 * @enum {string}
                                 */
                                status: "new" | "acknowledged" | "suppressed" | "expired" | "resolved";
                                /** @description Suppression that hides it. */
                                suppressedBy?: string;
                                /**
                                 * @description Absent too where a benign alert has grown beyond what was judged.
                                 * @enum {string}
                                 */
                                verdict?: "benign" | "true";
                            };
                            /** @description Counts up when there is news: new evidence, or twice as much of the known. */
                            version: number;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every version of an alert and everything people did about it, oldest first. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            actions: {
                                /** @description Account, cluster or organisation of the identity. */
                                account?: string;
                                /** @enum {string} */
                                action: "acknowledge" | "benign" | "true" | "comment" | "unlearn";
                                /** @description Name of the token, or `cli`. */
                                actor: string;
                                /** @description Empty for unlearning that names no alert. */
                                alertId: string;
                                /** @description Wall time, RFC 3339. */
                                at: string;
                                because: string;
                                /** @description Event time from which a verdict counts, or the beginning of what is unlearned, RFC 3339. */
                                countsFrom: string;
                                /** @description What the alert showed then. Absent for unlearning, and where an earlier version recorded it. */
                                covers?: {
                                    evidence: {
                                        field: string;
                                        seen: string;
                                    }[];
                                    /** @enum {string} */
                                    severity: "info" | "low" | "medium" | "high" | "critical";
                                    version: number;
                                };
                                id: string;
                                identity: string;
                                /** @description Who knows the identity by this id. */
                                provider?: string;
                                /** @description Benign: fields of the evidence that are approved; empty = all of it. Unlearn: what becomes of the values, forget or condemn. */
                                scope: string[];
                                tenant: string;
                                /** @description End of the approval, or of what is unlearned. */
                                until?: string;
                            }[];
                            versions: {
                                /** @description Activities that brought evidence. */
                                activityCount: number;
                                /** @description Activities to look at, the most telling first. */
                                activityIds: string[];
                                /** @description What its detectors cannot see. */
                                blindSpots: string[];
                                /** @description Days since on which it was seen only where, or with what, it was strange, though nobody else speaks for that; absent while they are few. */
                                carriedOnDays?: number;
                                /** @description Names what it was raised for and when that began; fixed when it is raised. Alerts of several identities with the same are about to be one incident. */
                                cause?: string;
                                /**
                                 * @description What this version tells of the alert itself; absent where it was raised or has grown. Who changed the identity stands in `changes`.
                                 * @enum {string}
                                 */
                                change?: "eased" | "acknowledged" | "confirmed" | "resolved" | "suppressed" | "expired" | "contained" | "released" | "reopened";
                                /** @description Who changed the identity: what others, or it itself, did lately that the evidence is about. What this version of the alert tells stands in `change`. */
                                changes?: {
                                    /** @description The act, as the vendor calls it. */
                                    action: string;
                                    /**
                                     * Format: date-time
                                     * @description Event time of the change.
                                     */
                                    at: string;
                                    /** @description Who made it. */
                                    by: {
                                        /** @description Id of the identity that made it. */
                                        id: string;
                                        /** @description Its name for people. */
                                        name?: string;
                                    };
                                    /**
                                     * @description Whether it lowers the weight of evidence, speaks against it, or does neither.
                                     * @enum {string}
                                     */
                                    effect: "explains" | "incriminates" | "none";
                                    /** @description Fields of the evidence that it is about. */
                                    fields: string[];
                                    /** @description True when the identity of the alert made it itself. */
                                    isOwn?: boolean;
                                    /**
                                     * @description What it made.
                                     * @enum {string}
                                     */
                                    kind: "credential" | "identity" | "right" | "deployment";
                                    /**
                                     * @description How usual it was for whoever made it: usual; first, it never did that before; odd, something else about it was new; suspect, it is under an alert itself; doubted, it came under one within a day; other, none of these.
                                     * @enum {string}
                                     */
                                    manner: "usual" | "first" | "odd" | "suspect" | "other" | "doubted";
                                    /** @description Nats of the evidence that it explains. */
                                    nats: number;
                                    /** @description Clause for a person. */
                                    says: string;
                                    /** @description What was made or changed, by name. */
                                    thing?: string;
                                }[];
                                /** @description Controls of standards that the alert serves. */
                                controls: string[];
                                credential?: {
                                    /**
                                     * Format: date-time
                                     * @description When it ends by itself, RFC 3339 in UTC with milliseconds; use after that is an alert.
                                     */
                                    expiresAt?: string;
                                    /** @description Vendor's key id or a fingerprint; never the secret. */
                                    id: string;
                                    /**
                                     * Format: date-time
                                     * @description When it was issued, RFC 3339 in UTC with milliseconds.
                                     */
                                    issuedAt?: string;
                                    /**
                                     * @description What sort of credential it is.
                                     * @enum {string}
                                     */
                                    kind: "access-key" | "session-token" | "jwt" | "x509" | "oauth-token" | "pat" | "signing-key" | "password" | "other";
                                    /** @description Whether it outlives a session; without it, all kinds but session-token, jwt and oauth-token do. */
                                    longLived?: boolean;
                                };
                                /** @description Longest time in ms from one of its activities to the arrival of that one; only of those that came too late to be judged at their own time. */
                                delayMs?: number;
                                /** @description Chain of delegation of the most telling activity, nearest first. */
                                delegation?: {
                                    /** @description A delegator. */
                                    id: string;
                                    /** @description What sort of delegator it is. */
                                    kind: string;
                                }[];
                                /** @description Detectors with evidence, the strongest first. */
                                detectors: string[];
                                /** @description Of an agent: whether the agent itself changed. */
                                drift?: {
                                    /**
                                     * @description What about the agent changed and explains most of the evidence; a new version is a configuration. None: nothing did, as when it is misled. Unknown: the log does not tell, or not for long enough.
                                     * @enum {string}
                                     */
                                    cause: "model" | "configuration" | "tools" | "task" | "none" | "unknown";
                                    /** @description What the agent is made of, as far as the log tells. */
                                    parts: {
                                        /** @description It took the place of another within three days before the strongest evidence. */
                                        changed: boolean;
                                        /** @description What it was before; of a part that changed. */
                                        from?: string;
                                        /**
                                         * @description Which part it is.
                                         * @enum {string}
                                         */
                                        part: "model" | "version" | "configuration" | "tools" | "task";
                                        /** @description Others of its class that have it; of a part that changed. */
                                        peers?: number;
                                        /**
                                         * Format: date-time
                                         * @description First seen, or back after days of another.
                                         */
                                        since: string;
                                        /** @description What it was when the strongest evidence came. */
                                        value: string;
                                        /** @description It changes so often that a change tells nothing. */
                                        varies: boolean;
                                    }[];
                                    /** @description Clause for a person. */
                                    says: string;
                                };
                                /** @description Findings, the strongest first. */
                                evidence: {
                                    /** @description The gravest act in which it was found, as the vendor calls it. */
                                    action?: string;
                                    /** @description Id of that activity. */
                                    activityId: string;
                                    /**
                                     * Format: date-time
                                     * @description Event time of the activity it was found in.
                                     */
                                    at: string;
                                    /** @description Id of the detector that found it. */
                                    detector: string;
                                    /** @description Field of the activity, such as source.asn or action.name. */
                                    field: string;
                                    /** @description Correlated dimensions share a group and are not counted twice. */
                                    group: string;
                                    /** @description True when there were more things than are named. */
                                    moreThings?: boolean;
                                    /** @description Surprise: -ln of the rate of such novelty; an invariant carries fixed odds. */
                                    nats: number;
                                    prevalence: {
                                        /** @description Share of the identity's own active days with the value, 0 to 1. */
                                        identity: number;
                                        /** @description Share of its peer class that has it, 0 to 1. */
                                        peers: number;
                                        /** @description Share of the tenant's identities that have it, 0 to 1. */
                                        tenant: number;
                                    };
                                    /** @description To whom that act opened them or gave a right, as far as the log tells. */
                                    recipients?: string[];
                                    /** @description What was seen. */
                                    seen: string;
                                    /** @description Techniques of this very finding; absent where it has none. */
                                    techniques?: string[];
                                    /** @description Real names of what that act was aimed at; `seen` may be a pattern that many things fit. */
                                    things?: string[];
                                    /** @description What is usual for the identity. */
                                    usual: string;
                                }[];
                                /**
                                 * Format: date-time
                                 * @description Event time of the earliest evidence.
                                 */
                                firstAt: string;
                                /** @description Alerts that were folded into its incident when it was, itself included: they say no more than the incident, or are over the budget of the day. The fourth, the eighth and so on are delivered; what is strong or certain always is. */
                                folded?: number;
                                /** @description Hash of tenant, identity and episode: the same however often the events are read. */
                                id: string;
                                identity: {
                                    /** @description Account, project or organisation it belongs to; a resource of another one is foreign. */
                                    account?: string;
                                    /** @description Stage it runs in, such as production or staging. */
                                    environment?: string;
                                    /** @description Stable principal whose habits are learned; never a session or a key. */
                                    id: string;
                                    /**
                                     * @description What sort of identity it is; peers are looked for among identities of one kind and provider.
                                     * @enum {string}
                                     */
                                    kind: "service-account" | "role" | "workload" | "api-key" | "oauth-app" | "bot" | "agent" | "provider-service" | "human" | "unknown";
                                    /** @description Name for people; alerts show it instead of the id. */
                                    name?: string;
                                    /** @description Who knows it by this id: aws, gcp, azure, kubernetes, github, okta, or your own word. */
                                    provider: string;
                                };
                                /** @description Shared by alerts of several identities with one cause. */
                                incident?: string;
                                /** @description Kinds of drift, the strongest first. */
                                kinds: ("credential-reuse" | "unexpected-source" | "scope-drift" | "unusual-pattern" | "lifecycle" | "delegation")[];
                                /**
                                 * Format: date-time
                                 * @description Event time of the latest evidence.
                                 */
                                lastAt: string;
                                /** @description % of learning done for this identity. */
                                maturity: number;
                                /** @description Partitions whose worker lagged so far behind that this version was judged without what they have yet to tell of others; absent where none did. */
                                missingPartitions?: number;
                                /** @description Probability that it is misuse, held against known attacks, for the rate of attacks that is configured or that verdicts teach; absent where neither tells. */
                                misuse?: number;
                                /** @description Who answers for the identity, by the inventory. */
                                owner?: string;
                                /** @description Calibrated: share of benign identity-days of its class at least this surprising. */
                                p: number;
                                /**
                                 * Format: date-time
                                 * @description Event time at which it was first raised.
                                 */
                                raisedAt: string;
                                recommendation: {
                                    /**
                                     * @description The step of least expected cost, of those that can be undone.
                                     * @enum {string}
                                     */
                                    action: "observe" | "step-up" | "rotate-credential" | "revoke-session" | "narrow-scope" | "suspend-identity";
                                    /** @description Reason for a person, with the likelihood of misuse. */
                                    because: string;
                                    /** @description How it can be taken here: the responder and recipe that are set up for it and what they really do, or that none is. Told to people and sinks, and not stored. */
                                    by?: string;
                                    /**
                                     * Format: date-time
                                     * @description From then on the advice is stale.
                                     */
                                    expiresAt: string;
                                    /** @description Whether a person has to approve it; always true in what the engine says. */
                                    needsApproval: boolean;
                                    target: {
                                        /** @description Which one: identity id, credential id, or service of a scope. */
                                        id: string;
                                        /**
                                         * @description What the step is taken against.
                                         * @enum {string}
                                         */
                                        kind: "identity" | "credential" | "session" | "scope";
                                    };
                                    /** @description How to take it back. */
                                    undo: string;
                                    /** @description What stops working if it is taken. */
                                    wouldStop: string[];
                                };
                                /** @description Joint surprise in nats; higher = more certain, comparable across lanes and kinds. */
                                score: number;
                                /**
                                 * @description Score, sensitivity of the acts and advice in one word.
                                 * @enum {string}
                                 */
                                severity: "info" | "low" | "medium" | "high" | "critical";
                                /** @description What was decided; absent while nothing was. */
                                standing?: {
                                    /**
                                     * Format: date-time
                                     * @description When it was decided, by the clock of the process.
                                     */
                                    at: string;
                                    /** @description Why, in words. */
                                    because: string;
                                    /** @description Who decided it; absent where a rule did. */
                                    by?: string;
                                    /** @description What was done to contain it. */
                                    containment?: {
                                        /**
                                         * @description What was done.
                                         * @enum {string}
                                         */
                                        action: "observe" | "step-up" | "rotate-credential" | "revoke-session" | "narrow-scope" | "suspend-identity";
                                        /**
                                         * @description Whether it is in force.
                                         * @enum {string}
                                         */
                                        state: "active" | "lifted";
                                        /** @description Id of the suspension. */
                                        suspension: string;
                                    };
                                    /**
                                     * @description Where everything with its cause stands: as the alert that leaves most to do. Who shows alerts of one cause as one thing closes it by this.
                                     * @enum {string}
                                     */
                                    page: "new" | "acknowledged" | "suppressed" | "expired" | "resolved";
                                    /**
                                     * @description What a person says that it was.
                                     * @enum {string}
                                     */
                                    verdict?: "benign" | "true";
                                };
                                /**
                                 * @description Where it stands by what was decided about it.
                                 * @enum {string}
                                 */
                                status: "new" | "acknowledged" | "suppressed" | "expired" | "resolved";
                                /** @description ATT&CK, OWASP NHI and OWASP Agentic ids. */
                                techniques: string[];
                                /** @description Whose alert it is. */
                                tenant: string;
                                /** @description One sentence a person can act on. */
                                title: string;
                                /** @description Counts up when there is news: new evidence, or twice as much of the known. */
                                version: number;
                            }[];
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts/{id}/verdict": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say what it was. Benign approves the evidence for a time; true is for somebody to contain. Detectors learn from both. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description How many actions there were when it was looked at, as in `triage.actions`: where others did something since, nothing is done and the last of it is told. Absent: it is done whatever came. */
                        actions?: number;
                        /** @description Why, for whoever reads it later. */
                        because: string;
                        /** @description Fields of the evidence that are approved, such as source.asn, or all of it. */
                        scope: "all-evidence" | string[];
                        /**
                         * Format: date-time
                         * @description End of the approval; at most 90 days ahead.
                         */
                        until: string;
                        /** @constant */
                        verdict: "benign";
                        /** @description Version that was looked at: what the alert has beyond it is not covered. Absent: as it is now. */
                        version?: number;
                    } | {
                        /** @description How many actions there were when it was looked at, as in `triage.actions`: where others did something since, nothing is done and the last of it is told. Absent: it is done whatever came. */
                        actions?: number;
                        /** @description Why, for whoever reads it later. */
                        because: string;
                        /** @constant */
                        verdict: "true";
                        /** @description Version that was looked at: what the alert has beyond it is not covered. Absent: as it is now. */
                        version?: number;
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Activities that brought evidence. */
                            activityCount: number;
                            /** @description Activities to look at, the most telling first. */
                            activityIds: string[];
                            /** @description What its detectors cannot see. */
                            blindSpots: string[];
                            /** @description Days since on which it was seen only where, or with what, it was strange, though nobody else speaks for that; absent while they are few. */
                            carriedOnDays?: number;
                            /** @description Names what it was raised for and when that began; fixed when it is raised. Alerts of several identities with the same are about to be one incident. */
                            cause?: string;
                            /**
                             * @description What this version tells of the alert itself; absent where it was raised or has grown. Who changed the identity stands in `changes`.
                             * @enum {string}
                             */
                            change?: "eased" | "acknowledged" | "confirmed" | "resolved" | "suppressed" | "expired" | "contained" | "released" | "reopened";
                            /** @description Who changed the identity: what others, or it itself, did lately that the evidence is about. What this version of the alert tells stands in `change`. */
                            changes?: {
                                /** @description The act, as the vendor calls it. */
                                action: string;
                                /**
                                 * Format: date-time
                                 * @description Event time of the change.
                                 */
                                at: string;
                                /** @description Who made it. */
                                by: {
                                    /** @description Id of the identity that made it. */
                                    id: string;
                                    /** @description Its name for people. */
                                    name?: string;
                                };
                                /**
                                 * @description Whether it lowers the weight of evidence, speaks against it, or does neither.
                                 * @enum {string}
                                 */
                                effect: "explains" | "incriminates" | "none";
                                /** @description Fields of the evidence that it is about. */
                                fields: string[];
                                /** @description True when the identity of the alert made it itself. */
                                isOwn?: boolean;
                                /**
                                 * @description What it made.
                                 * @enum {string}
                                 */
                                kind: "credential" | "identity" | "right" | "deployment";
                                /**
                                 * @description How usual it was for whoever made it: usual; first, it never did that before; odd, something else about it was new; suspect, it is under an alert itself; doubted, it came under one within a day; other, none of these.
                                 * @enum {string}
                                 */
                                manner: "usual" | "first" | "odd" | "suspect" | "other" | "doubted";
                                /** @description Nats of the evidence that it explains. */
                                nats: number;
                                /** @description Clause for a person. */
                                says: string;
                                /** @description What was made or changed, by name. */
                                thing?: string;
                            }[];
                            /** @description Controls of standards that the alert serves. */
                            controls: string[];
                            credential?: {
                                /**
                                 * Format: date-time
                                 * @description When it ends by itself, RFC 3339 in UTC with milliseconds; use after that is an alert.
                                 */
                                expiresAt?: string;
                                /** @description Vendor's key id or a fingerprint; never the secret. */
                                id: string;
                                /**
                                 * Format: date-time
                                 * @description When it was issued, RFC 3339 in UTC with milliseconds.
                                 */
                                issuedAt?: string;
                                /**
                                 * @description What sort of credential it is.
                                 * @enum {string}
                                 */
                                kind: "access-key" | "session-token" | "jwt" | "x509" | "oauth-token" | "pat" | "signing-key" | "password" | "other";
                                /** @description Whether it outlives a session; without it, all kinds but session-token, jwt and oauth-token do. */
                                longLived?: boolean;
                            };
                            /** @description Longest time in ms from one of its activities to the arrival of that one; only of those that came too late to be judged at their own time. */
                            delayMs?: number;
                            /** @description Chain of delegation of the most telling activity, nearest first. */
                            delegation?: {
                                /** @description A delegator. */
                                id: string;
                                /** @description What sort of delegator it is. */
                                kind: string;
                            }[];
                            /** @description Detectors with evidence, the strongest first. */
                            detectors: string[];
                            /** @description Of an agent: whether the agent itself changed. */
                            drift?: {
                                /**
                                 * @description What about the agent changed and explains most of the evidence; a new version is a configuration. None: nothing did, as when it is misled. Unknown: the log does not tell, or not for long enough.
                                 * @enum {string}
                                 */
                                cause: "model" | "configuration" | "tools" | "task" | "none" | "unknown";
                                /** @description What the agent is made of, as far as the log tells. */
                                parts: {
                                    /** @description It took the place of another within three days before the strongest evidence. */
                                    changed: boolean;
                                    /** @description What it was before; of a part that changed. */
                                    from?: string;
                                    /**
                                     * @description Which part it is.
                                     * @enum {string}
                                     */
                                    part: "model" | "version" | "configuration" | "tools" | "task";
                                    /** @description Others of its class that have it; of a part that changed. */
                                    peers?: number;
                                    /**
                                     * Format: date-time
                                     * @description First seen, or back after days of another.
                                     */
                                    since: string;
                                    /** @description What it was when the strongest evidence came. */
                                    value: string;
                                    /** @description It changes so often that a change tells nothing. */
                                    varies: boolean;
                                }[];
                                /** @description Clause for a person. */
                                says: string;
                            };
                            /** @description Findings, the strongest first. */
                            evidence: {
                                /** @description The gravest act in which it was found, as the vendor calls it. */
                                action?: string;
                                /** @description Id of that activity. */
                                activityId: string;
                                /**
                                 * Format: date-time
                                 * @description Event time of the activity it was found in.
                                 */
                                at: string;
                                /** @description Id of the detector that found it. */
                                detector: string;
                                /** @description Field of the activity, such as source.asn or action.name. */
                                field: string;
                                /** @description Correlated dimensions share a group and are not counted twice. */
                                group: string;
                                /** @description True when there were more things than are named. */
                                moreThings?: boolean;
                                /** @description Surprise: -ln of the rate of such novelty; an invariant carries fixed odds. */
                                nats: number;
                                prevalence: {
                                    /** @description Share of the identity's own active days with the value, 0 to 1. */
                                    identity: number;
                                    /** @description Share of its peer class that has it, 0 to 1. */
                                    peers: number;
                                    /** @description Share of the tenant's identities that have it, 0 to 1. */
                                    tenant: number;
                                };
                                /** @description To whom that act opened them or gave a right, as far as the log tells. */
                                recipients?: string[];
                                /** @description What was seen. */
                                seen: string;
                                /** @description Techniques of this very finding; absent where it has none. */
                                techniques?: string[];
                                /** @description Real names of what that act was aimed at; `seen` may be a pattern that many things fit. */
                                things?: string[];
                                /** @description What is usual for the identity. */
                                usual: string;
                            }[];
                            /**
                             * Format: date-time
                             * @description Event time of the earliest evidence.
                             */
                            firstAt: string;
                            /** @description Alerts that were folded into its incident when it was, itself included: they say no more than the incident, or are over the budget of the day. The fourth, the eighth and so on are delivered; what is strong or certain always is. */
                            folded?: number;
                            /** @description Hash of tenant, identity and episode: the same however often the events are read. */
                            id: string;
                            identity: {
                                /** @description Account, project or organisation it belongs to; a resource of another one is foreign. */
                                account?: string;
                                /** @description Stage it runs in, such as production or staging. */
                                environment?: string;
                                /** @description Stable principal whose habits are learned; never a session or a key. */
                                id: string;
                                /**
                                 * @description What sort of identity it is; peers are looked for among identities of one kind and provider.
                                 * @enum {string}
                                 */
                                kind: "service-account" | "role" | "workload" | "api-key" | "oauth-app" | "bot" | "agent" | "provider-service" | "human" | "unknown";
                                /** @description Name for people; alerts show it instead of the id. */
                                name?: string;
                                /** @description Who knows it by this id: aws, gcp, azure, kubernetes, github, okta, or your own word. */
                                provider: string;
                            };
                            /** @description Shared by alerts of several identities with one cause. */
                            incident?: string;
                            /** @description Kinds of drift, the strongest first. */
                            kinds: ("credential-reuse" | "unexpected-source" | "scope-drift" | "unusual-pattern" | "lifecycle" | "delegation")[];
                            /**
                             * Format: date-time
                             * @description Event time of the latest evidence.
                             */
                            lastAt: string;
                            /** @description % of learning done for this identity. */
                            maturity: number;
                            /** @description Partitions whose worker lagged so far behind that this version was judged without what they have yet to tell of others; absent where none did. */
                            missingPartitions?: number;
                            /** @description Probability that it is misuse, held against known attacks, for the rate of attacks that is configured or that verdicts teach; absent where neither tells. */
                            misuse?: number;
                            /** @description Who answers for the identity, by the inventory. */
                            owner?: string;
                            /** @description Calibrated: share of benign identity-days of its class at least this surprising. */
                            p: number;
                            /**
                             * Format: date-time
                             * @description Event time at which it was first raised.
                             */
                            raisedAt: string;
                            recommendation: {
                                /**
                                 * @description The step of least expected cost, of those that can be undone.
                                 * @enum {string}
                                 */
                                action: "observe" | "step-up" | "rotate-credential" | "revoke-session" | "narrow-scope" | "suspend-identity";
                                /** @description Reason for a person, with the likelihood of misuse. */
                                because: string;
                                /** @description How it can be taken here: the responder and recipe that are set up for it and what they really do, or that none is. Told to people and sinks, and not stored. */
                                by?: string;
                                /**
                                 * Format: date-time
                                 * @description From then on the advice is stale.
                                 */
                                expiresAt: string;
                                /** @description Whether a person has to approve it; always true in what the engine says. */
                                needsApproval: boolean;
                                target: {
                                    /** @description Which one: identity id, credential id, or service of a scope. */
                                    id: string;
                                    /**
                                     * @description What the step is taken against.
                                     * @enum {string}
                                     */
                                    kind: "identity" | "credential" | "session" | "scope";
                                };
                                /** @description How to take it back. */
                                undo: string;
                                /** @description What stops working if it is taken. */
                                wouldStop: string[];
                            };
                            /** @description Joint surprise in nats; higher = more certain, comparable across lanes and kinds. */
                            score: number;
                            /**
                             * @description Score, sensitivity of the acts and advice in one word.
                             * @enum {string}
                             */
                            severity: "info" | "low" | "medium" | "high" | "critical";
                            /** @description What was decided; absent while nothing was. */
                            standing?: {
                                /**
                                 * Format: date-time
                                 * @description When it was decided, by the clock of the process.
                                 */
                                at: string;
                                /** @description Why, in words. */
                                because: string;
                                /** @description Who decided it; absent where a rule did. */
                                by?: string;
                                /** @description What was done to contain it. */
                                containment?: {
                                    /**
                                     * @description What was done.
                                     * @enum {string}
                                     */
                                    action: "observe" | "step-up" | "rotate-credential" | "revoke-session" | "narrow-scope" | "suspend-identity";
                                    /**
                                     * @description Whether it is in force.
                                     * @enum {string}
                                     */
                                    state: "active" | "lifted";
                                    /** @description Id of the suspension. */
                                    suspension: string;
                                };
                                /**
                                 * @description Where everything with its cause stands: as the alert that leaves most to do. Who shows alerts of one cause as one thing closes it by this.
                                 * @enum {string}
                                 */
                                page: "new" | "acknowledged" | "suppressed" | "expired" | "resolved";
                                /**
                                 * @description What a person says that it was.
                                 * @enum {string}
                                 */
                                verdict?: "benign" | "true";
                            };
                            /**
                             * @description Where it stands by what was decided about it.
                             * @enum {string}
                             */
                            status: "new" | "acknowledged" | "suppressed" | "expired" | "resolved";
                            /** @description ATT&CK, OWASP NHI and OWASP Agentic ids. */
                            techniques: string[];
                            /** @description Whose alert it is. */
                            tenant: string;
                            /** @description One sentence a person can act on. */
                            title: string;
                            triage: {
                                /** @description Number of things people did about it. */
                                actions: number;
                                /** @description In the answer to a verdict on its incident: its own evidence, for which it was left as it was. */
                                apart?: string[];
                                /** @description What the alert has by now that the last decision about it did not cover. */
                                reopened?: string;
                                /**
                                 * @description Where the alert stands after what people did about it.
                                 * @enum {string}
                                 */
                                status: "new" | "acknowledged" | "suppressed" | "expired" | "resolved";
                                /** @description Suppression that hides it. */
                                suppressedBy?: string;
                                /**
                                 * @description Absent too where a benign alert has grown beyond what was judged.
                                 * @enum {string}
                                 */
                                verdict?: "benign" | "true";
                            };
                            /** @description Counts up when there is news: new evidence, or twice as much of the known. */
                            version: number;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Rows of the audit chain, in order. */
        get: {
            parameters: {
                query?: {
                    /** @description Rows after this place in the chain. */
                    after?: number;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            next?: number;
                            rows: {
                                /**
                                 * Format: date-time
                                 * @description Wall time of the process that wrote it.
                                 */
                                at: string;
                                by: {
                                    /** @description Its name, or the rule Tidemark followed. */
                                    id: string;
                                    /**
                                     * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                     * @enum {string}
                                     */
                                    kind: "person" | "policy" | "responder" | "system";
                                };
                                /** @description The suspension after the event, as canonical JSON. */
                                content: string;
                                /**
                                 * @description What happened.
                                 * @enum {string}
                                 */
                                event: "recommend" | "approve" | "reject" | "expire" | "dispatch" | "confirm" | "fail" | "request-lift" | "lift" | "watch";
                                /**
                                 * @description State before; none for the first row of a suspension.
                                 * @enum {string}
                                 */
                                from: "none" | "recommended" | "approved" | "rejected" | "expired" | "dispatched" | "confirmed" | "failed" | "lifted";
                                /** @description SHA-256 of everything else in the row, `previous` among it. */
                                hash: string;
                                /** @description Hash of the row before; of the first one, zeros. */
                                previous: string;
                                /** @description Place in the chain of the tenant, from 1 without a gap. */
                                seq: number;
                                /** @description Id of the suspension. */
                                suspension: string;
                                /** @description Whose chain it is. */
                                tenant: string;
                                /**
                                 * @description State after.
                                 * @enum {string}
                                 */
                                to: "recommended" | "approved" | "rejected" | "expired" | "dispatched" | "confirmed" | "failed" | "lifted";
                                /** @description Why, in words. */
                                why: string;
                                /** @description Random: of two writers with the very same words one is first. */
                                writer: string;
                            }[];
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Goes through the whole chain: whether each row is as it was written. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            breaks: {
                                says: string;
                                seq: number;
                            }[];
                            head: {
                                hash: string;
                                seq: number;
                            };
                            ok: boolean;
                            rows: number;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/budget": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The false alerts that were asked for and spent, and the threshold that follows from them. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Nats that it is raised by, for what was spent today. */
                            brake?: number;
                            /** @description The last 30 days with that day, oldest first. */
                            days: {
                                /** @description Alerts raised on it. */
                                alerts: number;
                                day: string;
                                /** @description Expected false alerts raised on it. */
                                spent: number;
                            }[];
                            /** @description False alerts a day that were asked for. */
                            falsePerDay: number;
                            /** @description Days of scores that the threshold is read from, at the most 28. */
                            historyDays: number;
                            /** @description Expected false alerts of that day: a shared cause counts once. */
                            spentToday: number;
                            /** @description Nats that a score must reach; absent where there is too much to read it from here. */
                            threshold?: number;
                            /** @description Newest day of the stored contributions, by event time; absent while nothing is stored. */
                            today?: string;
                            /**
                             * @description Learning: fewer than three days of scores. Floor: no lower threshold is used for such a budget. History: what the last weeks crossed so often. Unread: too much is stored to read it from here.
                             * @enum {string}
                             */
                            why: "learning" | "floor" | "history" | "unread";
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/call-backs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A responder says whether what it was asked to do is done; signed with the secret it shares with us. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        data: {
                            /** @default  */
                            detail?: string;
                            /** @description Id of the suspension. */
                            id: string;
                            /** @description Where given it must be the one of the suspension. */
                            tenant?: string;
                        };
                        timestamp?: string;
                        /** @enum {string} */
                        type: "suspension.done" | "suspension.failed";
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /**
                             * @description What is done.
                             * @enum {string}
                             */
                            action: "step-up" | "rotate-credential" | "revoke-session" | "narrow-scope" | "suspend-identity";
                            /** @description Alert that gave rise to it. */
                            alertId?: string;
                            /** @description Who approved it. */
                            approvals: {
                                /**
                                 * Format: date-time
                                 * @description When it was approved, by the clock of the process.
                                 */
                                at: string;
                                /** @description SHA-256 of exactly what was approved, as 64 hexadecimal digits. */
                                binding: string;
                                by: {
                                    /** @description Its name, or the rule Tidemark followed. */
                                    id: string;
                                    /**
                                     * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                     * @enum {string}
                                     */
                                    kind: "person" | "policy" | "responder" | "system";
                                };
                                /** @description Who made the link that it was approved by, where that was somebody else. */
                                linkBy?: string;
                            }[];
                            /** @description What stops working, by the responder. */
                            breaks: string;
                            containment?: {
                                /**
                                 * Format: date-time
                                 * @description Time up to which activities were looked at.
                                 */
                                judgedUpTo: string;
                                /**
                                 * Format: date-time
                                 * @description Event time of the last successful activity after the dispatch.
                                 */
                                lastSuccessAt?: string;
                                /**
                                 * @description Still being watched, quiet since, or still successful.
                                 * @enum {string}
                                 */
                                status: "watching" | "silent" | "leaking";
                                /** @description Successful activities seen after the dispatch, at the most. */
                                successes: number;
                                /** @description From dispatch to the last success, once it has been quiet for `respond.quietMs`. */
                                timeToSilenceMs?: number;
                            };
                            /** @description What its alert showed when it was proposed: what comes later is proposed anew. */
                            covers?: {
                                /** @description Its evidence. */
                                evidence: {
                                    /** @description Field of the evidence. */
                                    field: string;
                                    /** @description What was seen in it. */
                                    seen: string;
                                }[];
                                /**
                                 * @description How severe it was.
                                 * @enum {string}
                                 */
                                severity: "info" | "low" | "medium" | "high" | "critical";
                                /** @description Version of the alert. */
                                version: number;
                            };
                            /**
                             * Format: date-time
                             * @description When the order was given to the responder.
                             */
                            dispatchedAt?: string;
                            /**
                             * Format: date-time
                             * @description From then on it can be neither approved nor dispatched.
                             */
                            expiresAt: string;
                            /** @description What went wrong at the last attempt. */
                            failure?: string;
                            /** @description An invariant was broken; independent families of evidence. What an automatic approval rests on. */
                            grounds: {
                                /** @description How many independent families of evidence there are. */
                                families: number;
                                /** @description Whether an invariant was broken. */
                                invariant: boolean;
                            };
                            /** @description Id of the suspension. */
                            id: string;
                            identity: {
                                /** @description Account, cluster or organisation it belongs to. */
                                account?: string;
                                /** @description The identity that is acted on. */
                                id: string;
                                /**
                                 * @description What sort of identity it is.
                                 * @enum {string}
                                 */
                                kind: "service-account" | "role" | "workload" | "api-key" | "oauth-app" | "bot" | "agent" | "provider-service" | "human" | "unknown";
                                /** @description Who knows it by this id. */
                                provider?: string;
                            };
                            /**
                             * Format: date-time
                             * @description When it lifts itself; absent where it cannot be undone.
                             */
                            liftAt?: string;
                            liftRequested?: {
                                /**
                                 * Format: date-time
                                 * @description When the lift was asked for.
                                 */
                                at: string;
                                by: {
                                    /** @description Its name, or the rule Tidemark followed. */
                                    id: string;
                                    /**
                                     * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                     * @enum {string}
                                     */
                                    kind: "person" | "policy" | "responder" | "system";
                                };
                                /** @description Why, in words. */
                                why: string;
                            };
                            /** @description Who answers for it, by the inventory. */
                            owner?: string;
                            /** @description What the responder needs beyond the target, resolved before anyone approves. */
                            parameters: {
                                [key: string]: string;
                            };
                            policy: {
                                /** @description Distinct people needed; two for tier 0 in any case. */
                                approvals: number;
                                /**
                                 * @description How far it lets Tidemark go by itself.
                                 * @enum {string}
                                 */
                                mode: "observe" | "recommend" | "approve" | "automatic";
                                /** @description Name of the policy. */
                                name: string;
                            };
                            /** @description Why it was asked for, in words. */
                            reason: string;
                            rejected?: {
                                /**
                                 * Format: date-time
                                 * @description When it was rejected.
                                 */
                                at: string;
                                by: {
                                    /** @description Its name, or the rule Tidemark followed. */
                                    id: string;
                                    /**
                                     * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                     * @enum {string}
                                     */
                                    kind: "person" | "policy" | "responder" | "system";
                                };
                                /** @description Why, in words. */
                                why: string;
                            };
                            /**
                             * Format: date-time
                             * @description When it was asked for.
                             */
                            requestedAt: string;
                            requestedBy: {
                                /** @description Its name, or the rule Tidemark followed. */
                                id: string;
                                /**
                                 * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                 * @enum {string}
                                 */
                                kind: "person" | "policy" | "responder" | "system";
                            };
                            /** @description Responder instance that acts; without one nothing can be dispatched. */
                            responder?: string;
                            /** @description Whether the responder can take it back. */
                            reversible: boolean;
                            /**
                             * @description Where it stands.
                             * @enum {string}
                             */
                            state: "recommended" | "approved" | "rejected" | "expired" | "dispatched" | "confirmed" | "failed" | "lifted";
                            target: {
                                /** @description Which one. */
                                id: string;
                                /**
                                 * @description What it is done to.
                                 * @enum {string}
                                 */
                                kind: "identity" | "credential" | "session" | "scope";
                            };
                            /** @description Whose suspension it is. */
                            tenant: string;
                            /** @description 0 = the company stops without it. */
                            tier?: number;
                            /** @description From dispatch to the automatic lift. */
                            ttlMs: number;
                            /** @description Shared by everything with one cause: alerts, tokens, suspensions. */
                            txn: string;
                            /**
                             * Format: date-time
                             * @description When the state last changed.
                             */
                            updatedAt: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Server-sent events: `change` when alerts, triage, suppressions or suspensions changed, `stale` when the store does not answer. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": string;
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/classes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Peer classes with the alerts that were observed and expected of them, and which the model does not fit. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            classes: {
                                /** @description Share of the budget that its identity-days have. */
                                expected: number;
                                /** @description So many alerts in seven days are chance, by its share of the budget, less than once in a thousand weeks. */
                                misfit: boolean;
                                /** @description Alerts a day over the last seven closed days, those for one cause once, without what was called an attack. */
                                observed: number;
                                peers: string;
                            }[];
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/classes.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same as a table for a spreadsheet; no cell is a formula. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv; charset=utf-8": string;
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cloudevents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send events as Azure Event Grid delivers them to a webhook: CloudEvents 1.0, one or a batch, or its own schema, whose validation is answered. */
        post: {
            parameters: {
                query?: {
                    /** @description Format of the records; auto recognises each. */
                    format?: "auto";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents-batch+json": string;
                    "application/cloudevents+json": string;
                    "application/json": unknown;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Stored, and judged or on their way to be. */
                            activities: number;
                            /** @description Records nobody could read, by reason; kept as dead letters. */
                            dead: {
                                [key: string]: number;
                            };
                            read: number;
                            records: number;
                            /** @description Records that are no activity, by reason. */
                            skipped: {
                                [key: string]: number;
                            };
                            /** @description Spans that are durable and wait for the rest of their trace; absent: none. */
                            waiting?: number;
                        } | {
                            validationResponse: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        /** Whether events may be sent here, as senders of CloudEvents ask before the first (WebHook-Request-Origin). */
        options: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, never>;
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Records of this tenant that nobody could read, newest first, without their content. */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    /** @description How the reason begins. */
                    reason?: string;
                    since?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            deadLetters: {
                                at: string;
                                /** @description Size; the content is for an admin, since it may hold secrets: `/v1/dead-letters/{id}`. */
                                bytes: number;
                                format: string;
                                from: string;
                                id: string;
                                offset: number;
                                partition: number;
                                reason: string;
                                truncated: boolean;
                            }[];
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The beginning of a record that nobody could read, without known secrets. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description True when the record is longer. */
                            more: boolean;
                            /** @description The beginning of the record as text, with known secrets replaced by their fingerprints. */
                            text: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Read dead letters again, now that the cause is mended. What cannot be read still becomes a dead letter anew. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        ids: string[];
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            left: number;
                            replayed: number;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Deliveries of alerts to destinations, newest first. */
        get: {
            parameters: {
                query?: {
                    alert?: string;
                    limit?: number;
                    sink?: string;
                    status?: "pending" | "delivered" | "refused";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            deliveries: {
                                alertId: string;
                                alertVersion: number;
                                attempts: number;
                                createdAt: string;
                                /** @description The webhook id. */
                                id: string;
                                /** @description Earliest time of the next attempt, or time of the last one. */
                                notBefore: string;
                                reason: string;
                                sink: string;
                                /** @enum {string} */
                                status: "pending" | "delivered" | "refused";
                            }[];
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deliveries/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send settled deliveries once more, with the same id and body. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        ids: string[];
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            left: number;
                            replayed: number;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/erasures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Forget an identity, a person or the whole tenant. The workers do it between two turns; nothing brings it back. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Why: the request it answers. Do not name the person. */
                        because: string;
                        /** @description Everything of this identity, in whatever account. */
                        identity: string;
                    } | {
                        /** @description Why: the request it answers. Do not name the person. */
                        because: string;
                        /** @description This person, as logs name it: as an identity, and wherever it is mentioned. */
                        person: string;
                    } | {
                        /** @description Why: the request it answers. Do not name the person. */
                        because: string;
                        /**
                         * @description Everything of the tenant.
                         * @constant
                         */
                        wholeTenant: true;
                    };
                };
            };
            responses: {
                /** @description Done. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Partitions that have done it, in the round that goes on. */
                            done?: number;
                            id: string;
                            /** @description Partitions that have to do it. */
                            partitions?: number;
                            /**
                             * @description Waiting: no worker has taken it. Finished: every partition has done it, and it is written down.
                             * @enum {string}
                             */
                            state: "waiting" | "working" | "finished";
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/erasures/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far a request to forget is. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Partitions that have done it, in the round that goes on. */
                            done?: number;
                            id: string;
                            /** @description Partitions that have to do it. */
                            partitions?: number;
                            /**
                             * @description Waiting: no worker has taken it. Finished: every partition has done it, and it is written down.
                             * @enum {string}
                             */
                            state: "waiting" | "working" | "finished";
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/firehose": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send records as Amazon Data Firehose delivers them to an HTTP endpoint; its access key is the token. */
        post: {
            parameters: {
                query?: {
                    /** @description Format of the records; auto recognises each. */
                    format?: "auto";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": unknown;
                    "application/x-ndjson": string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            requestId: string;
                            timestamp: number;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/fleet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All identities in numbers, and those that somebody should look at. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description When this was computed: a large fleet is not computed for every request. */
                            asOf: string;
                            /** @description Identities whose owner, purpose, end, or all three are known. */
                            coverage: {
                                all: number;
                                expiry: number;
                                owner: number;
                                purpose: number;
                            };
                            /** @description Not seen for 30 days before the newest activity. */
                            dormant: {
                                count: number;
                                shown: {
                                    account?: string;
                                    activities: number;
                                    alerts: number;
                                    /** @description When it ends or ended, by the inventory. */
                                    endAt?: string;
                                    firstAt: string;
                                    /** @description Grants that are known; absent where none is. */
                                    granted?: number;
                                    id: string;
                                    kind: string;
                                    lastAt: string;
                                    /** @description Long-lived credentials it used. */
                                    longLived: number;
                                    name?: string;
                                    owner?: string;
                                    provider: string;
                                    /** @description Highest score of its alerts and of what stayed under the threshold, in nats. */
                                    score: number;
                                    /** @description Of the unused grants, those that no other identity of its kind and provider uses either; absent where there is no other. */
                                    unneeded?: number;
                                    /** @description Grants that no stored act falls under; absent where no grant is known. */
                                    unused?: number;
                                }[];
                            };
                            /** @description Highest scores of the last 30 days. */
                            drifting: {
                                count: number;
                                shown: {
                                    account?: string;
                                    activities: number;
                                    alerts: number;
                                    /** @description When it ends or ended, by the inventory. */
                                    endAt?: string;
                                    firstAt: string;
                                    /** @description Grants that are known; absent where none is. */
                                    granted?: number;
                                    id: string;
                                    kind: string;
                                    lastAt: string;
                                    /** @description Long-lived credentials it used. */
                                    longLived: number;
                                    name?: string;
                                    owner?: string;
                                    provider: string;
                                    /** @description Highest score of its alerts and of what stayed under the threshold, in nats. */
                                    score: number;
                                    /** @description Of the unused grants, those that no other identity of its kind and provider uses either; absent where there is no other. */
                                    unneeded?: number;
                                    /** @description Grants that no stored act falls under; absent where no grant is known. */
                                    unused?: number;
                                }[];
                            };
                            /** @description Past the end that the inventory names, and active after it. */
                            ended: {
                                count: number;
                                shown: {
                                    account?: string;
                                    activities: number;
                                    alerts: number;
                                    /** @description When it ends or ended, by the inventory. */
                                    endAt?: string;
                                    firstAt: string;
                                    /** @description Grants that are known; absent where none is. */
                                    granted?: number;
                                    id: string;
                                    kind: string;
                                    lastAt: string;
                                    /** @description Long-lived credentials it used. */
                                    longLived: number;
                                    name?: string;
                                    owner?: string;
                                    provider: string;
                                    /** @description Highest score of its alerts and of what stayed under the threshold, in nats. */
                                    score: number;
                                    /** @description Of the unused grants, those that no other identity of its kind and provider uses either; absent where there is no other. */
                                    unneeded?: number;
                                    /** @description Grants that no stored act falls under; absent where no grant is known. */
                                    unused?: number;
                                }[];
                            };
                            /** @description First seen in the last seven days. */
                            fresh: {
                                count: number;
                                shown: {
                                    account?: string;
                                    activities: number;
                                    alerts: number;
                                    /** @description When it ends or ended, by the inventory. */
                                    endAt?: string;
                                    firstAt: string;
                                    /** @description Grants that are known; absent where none is. */
                                    granted?: number;
                                    id: string;
                                    kind: string;
                                    lastAt: string;
                                    /** @description Long-lived credentials it used. */
                                    longLived: number;
                                    name?: string;
                                    owner?: string;
                                    provider: string;
                                    /** @description Highest score of its alerts and of what stayed under the threshold, in nats. */
                                    score: number;
                                    /** @description Of the unused grants, those that no other identity of its kind and provider uses either; absent where there is no other. */
                                    unneeded?: number;
                                    /** @description Grants that no stored act falls under; absent where no grant is known. */
                                    unused?: number;
                                }[];
                            };
                            /** @description Identities of which a grant is known and was compared with their acts. */
                            grantsKnown: number;
                            identities: number;
                            /** @description There are more identities than are computed; these are the first by id. */
                            isCut: boolean;
                            kinds: {
                                identities: number;
                                name: string;
                            }[];
                            /** @description Identities known for less than `detect.learnDays`. */
                            learning: number;
                            /** @description With credentials that outlive a session. */
                            longLived: {
                                count: number;
                                shown: {
                                    account?: string;
                                    activities: number;
                                    alerts: number;
                                    /** @description When it ends or ended, by the inventory. */
                                    endAt?: string;
                                    firstAt: string;
                                    /** @description Grants that are known; absent where none is. */
                                    granted?: number;
                                    id: string;
                                    kind: string;
                                    lastAt: string;
                                    /** @description Long-lived credentials it used. */
                                    longLived: number;
                                    name?: string;
                                    owner?: string;
                                    provider: string;
                                    /** @description Highest score of its alerts and of what stayed under the threshold, in nats. */
                                    score: number;
                                    /** @description Of the unused grants, those that no other identity of its kind and provider uses either; absent where there is no other. */
                                    unneeded?: number;
                                    /** @description Grants that no stored act falls under; absent where no grant is known. */
                                    unused?: number;
                                }[];
                            };
                            /** @description Event time of the newest activity. */
                            newestAt?: string;
                            owners: {
                                identities: number;
                                name: string;
                            }[];
                            providers: {
                                identities: number;
                                name: string;
                            }[];
                            /** @description Nobody is known to answer for them. */
                            unowned: {
                                count: number;
                                shown: {
                                    account?: string;
                                    activities: number;
                                    alerts: number;
                                    /** @description When it ends or ended, by the inventory. */
                                    endAt?: string;
                                    firstAt: string;
                                    /** @description Grants that are known; absent where none is. */
                                    granted?: number;
                                    id: string;
                                    kind: string;
                                    lastAt: string;
                                    /** @description Long-lived credentials it used. */
                                    longLived: number;
                                    name?: string;
                                    owner?: string;
                                    provider: string;
                                    /** @description Highest score of its alerts and of what stayed under the threshold, in nats. */
                                    score: number;
                                    /** @description Of the unused grants, those that no other identity of its kind and provider uses either; absent where there is no other. */
                                    unneeded?: number;
                                    /** @description Grants that no stored act falls under; absent where no grant is known. */
                                    unused?: number;
                                }[];
                            };
                            /** @description With grants that no stored act falls under: first those with most that nobody of their kind uses either. */
                            unusedGrants: {
                                count: number;
                                shown: {
                                    account?: string;
                                    activities: number;
                                    alerts: number;
                                    /** @description When it ends or ended, by the inventory. */
                                    endAt?: string;
                                    firstAt: string;
                                    /** @description Grants that are known; absent where none is. */
                                    granted?: number;
                                    id: string;
                                    kind: string;
                                    lastAt: string;
                                    /** @description Long-lived credentials it used. */
                                    longLived: number;
                                    name?: string;
                                    owner?: string;
                                    provider: string;
                                    /** @description Highest score of its alerts and of what stayed under the threshold, in nats. */
                                    score: number;
                                    /** @description Of the unused grants, those that no other identity of its kind and provider uses either; absent where there is no other. */
                                    unneeded?: number;
                                    /** @description Grants that no stored act falls under; absent where no grant is known. */
                                    unused?: number;
                                }[];
                            };
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/fleet.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All identities, or one list of them, as a table for a spreadsheet; no cell is a formula. */
        get: {
            parameters: {
                query?: {
                    list?: "drifting" | "unowned" | "unusedGrants" | "longLived" | "dormant" | "fresh" | "ended" | "all";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv; charset=utf-8": string;
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/fleet/identities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One list of the fleet, page by page, in its order. */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before. */
                    cursor?: string;
                    limit?: number;
                    list?: "drifting" | "unowned" | "unusedGrants" | "longLived" | "dormant" | "fresh" | "ended" | "all";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            asOf: string;
                            identities: {
                                account?: string;
                                activities: number;
                                alerts: number;
                                /** @description When it ends or ended, by the inventory. */
                                endAt?: string;
                                firstAt: string;
                                /** @description Grants that are known; absent where none is. */
                                granted?: number;
                                id: string;
                                kind: string;
                                lastAt: string;
                                /** @description Long-lived credentials it used. */
                                longLived: number;
                                name?: string;
                                owner?: string;
                                provider: string;
                                /** @description Highest score of its alerts and of what stayed under the threshold, in nats. */
                                score: number;
                                /** @description Of the unused grants, those that no other identity of its kind and provider uses either; absent where there is no other. */
                                unneeded?: number;
                                /** @description Grants that no stored act falls under; absent where no grant is known. */
                                unused?: number;
                            }[];
                            next?: string;
                            /** @description Identities of this list. */
                            total: number;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether records are taken now. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            ready: boolean;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/identities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Identities with stored activities, in order of id. */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before. */
                    cursor?: string;
                    kind?: string;
                    limit?: number;
                    /** @description Active since. */
                    since?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            identities: {
                                /** @description Account, cluster or organisation it belongs to. */
                                account?: string;
                                /** @description Stored ones; beyond some ten thousand an estimate. */
                                activities: number;
                                firstAt: string;
                                id: string;
                                kind: string;
                                lastAt: string;
                                name?: string;
                                provider: string;
                            }[];
                            next?: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/identities/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What one identity does, from where, when and with which credentials, as of the last snapshot. */
        get: {
            parameters: {
                query?: {
                    /** @description Of the identity of this account, cluster or organisation. */
                    account?: string;
                    /** @description Of the identity with this provider. */
                    provider?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            account?: string;
                            activities: number;
                            firstAt: string;
                            habits: {
                                dimension: string;
                                values: {
                                    days: number;
                                    firstAt: string;
                                    lastAt: string;
                                    /** @enum {string} */
                                    state: "trusted" | "pending";
                                    trustedAt?: string;
                                    value: string;
                                }[];
                            }[];
                            hours: number[];
                            identity: string;
                            lastAt: string;
                            madeOf?: {
                                /** @enum {string} */
                                part: "model" | "version" | "configuration" | "tools" | "task";
                                values: {
                                    lastAt: string;
                                    since: string;
                                    value: string;
                                }[];
                                varies: boolean;
                            }[];
                            maturity: number;
                            peers: string;
                            provider: string;
                            tenant: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/identities/{id}/attestations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A link by which an owner confirms, corrects, hands over or retires one identity, once, without a token. */
        post: {
            parameters: {
                query?: {
                    /** @description Of the identity of this account, cluster or organisation. */
                    account?: string;
                    /** @description Of the identity with this provider. */
                    provider?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description Days for which an answer stands.
                         * @default 180
                         */
                        days?: number;
                        /** @description Who is asked; stands in the record as who confirmed it. */
                        recipient: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            expiresAt: string;
                            identity: string;
                            recipient: string;
                            /** @description A secret: whoever has it may answer in the name of the recipient. */
                            url: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/identities/{id}/drift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What moved of one identity since a day, and since when: work, place, delegation, time, volume, and what an agent is made of. */
        get: {
            parameters: {
                query?: {
                    /** @description Of the identity of this account, cluster or organisation. */
                    account?: string;
                    /** @description Of the identity with this provider. */
                    provider?: string;
                    /** @description What moved from the beginning of that UTC day on; absent: in the four weeks before its newest activity. */
                    since?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            account?: string;
                            identity: string;
                            lastAt: string;
                            parts: {
                                /** @enum {string} */
                                cause: "work" | "place" | "delegation" | "time" | "volume" | "makeup";
                                changes: {
                                    /** @description First day of something new. */
                                    cameOn?: string;
                                    /** @description Days of use, at the most 255. */
                                    days?: number;
                                    /**
                                     * @description It came while the identity was under suspicion, or a person condemned it.
                                     * @constant
                                     */
                                    suspect?: true;
                                    value: string;
                                    /** @description Last day of something that fell away. */
                                    wentOn?: string;
                                    /** @description Dimension, part of an agent, or what is counted. */
                                    what: string;
                                }[];
                                /** @description Changes beyond those that are listed. */
                                more: number;
                                moved: boolean;
                                says: string;
                                /** @description Day from which on it is otherwise. */
                                since?: string;
                                /**
                                 * @description There is nothing to hold it against, so nobody can tell.
                                 * @constant
                                 */
                                untold?: true;
                            }[];
                            provider: string;
                            /** @description The day; hours and amounts are told by whole weeks. */
                            since: string;
                            tenant: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/identities/{id}/learned": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What one identity learned, oldest first: since when it is trusted, and the stored activity that brought it. */
        get: {
            parameters: {
                query?: {
                    /** @description Of the identity of this account, cluster or organisation. */
                    account?: string;
                    /** @description Of the identity with this provider. */
                    provider?: string;
                    /** @description First seen or trusted from the beginning of that UTC day on. */
                    since?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            learned: {
                                /** @description The stored activity that brought it; absent when it is not stored any more. */
                                activity?: {
                                    at: string;
                                    id: string;
                                };
                                /** @description Days of use, at the most 255. */
                                days: number;
                                /** @description With its level where there are several, such as network:0. */
                                dimension: string;
                                firstOn: string;
                                lastOn: string;
                                /**
                                 * @description Alerted: under suspicion when it came. Condemned: a person said it was an attack. Doubted: learned while an intruder taught, news again.
                                 * @enum {string}
                                 */
                                state: "pending" | "trusted" | "alerted" | "condemned" | "doubted";
                                /** @description Day it became trusted; absent where it never did. */
                                trustedOn?: string;
                                value: string;
                            }[];
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/identities/{id}/peers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How one identity differs from others of its kind and provider. Of fewer than three of them nothing is said. */
        get: {
            parameters: {
                query?: {
                    /** @description Of the identity of this account, cluster or organisation. */
                    account?: string;
                    /** @description Of the identity with this provider. */
                    provider?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            kind: string;
                            /** @description What it did and fewer than a tenth of its peers, its most usual first; at most 20. */
                            own: {
                                name: string;
                                /** @description Peers that did it: at most so many. */
                                peers: number;
                                service: string;
                            }[];
                            /** @description Others of its kind and provider in the stored activities. */
                            peers: number;
                            provider: string;
                            /** @description What at least half of its peers did and it never, the commonest first; at most 20. */
                            theirs: {
                                name: string;
                                /** @description Peers that did it: at most so many. */
                                peers: number;
                                service: string;
                            }[];
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/identities/{id}/rate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How much one identity did in each step of a time, and what others changed about it meanwhile. */
        get: {
            parameters: {
                query: {
                    /** @description Of the identity of this account, cluster or organisation. */
                    account?: string;
                    /** @description Of the identity with this provider. */
                    provider?: string;
                    since: string;
                    stepMs?: number;
                    until: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Acts of others on the identity, newest first: writing ones whose target names it, and whatever made a key, a right or a deployment for it. */
                            changes: {
                                action: string;
                                at: string;
                                by: string;
                                /** @description Id of the activity. */
                                id: string;
                                outcome: string;
                                resource: string;
                            }[];
                            /** @description Steps with anything in them. */
                            points: {
                                activities: number;
                                at: string;
                                /** @description Those of them that were denied or failed. */
                                refused: number;
                            }[];
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/identities/{id}/unlearn": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What people had an identity unlearn, oldest first. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            actions: {
                                /** @description Account, cluster or organisation of the identity. */
                                account?: string;
                                /** @enum {string} */
                                action: "acknowledge" | "benign" | "true" | "comment" | "unlearn";
                                /** @description Name of the token, or `cli`. */
                                actor: string;
                                /** @description Empty for unlearning that names no alert. */
                                alertId: string;
                                /** @description Wall time, RFC 3339. */
                                at: string;
                                because: string;
                                /** @description Event time from which a verdict counts, or the beginning of what is unlearned, RFC 3339. */
                                countsFrom: string;
                                /** @description What the alert showed then. Absent for unlearning, and where an earlier version recorded it. */
                                covers?: {
                                    evidence: {
                                        field: string;
                                        seen: string;
                                    }[];
                                    /** @enum {string} */
                                    severity: "info" | "low" | "medium" | "high" | "critical";
                                    version: number;
                                };
                                id: string;
                                identity: string;
                                /** @description Who knows the identity by this id. */
                                provider?: string;
                                /** @description Benign: fields of the evidence that are approved; empty = all of it. Unlearn: what becomes of the values, forget or condemn. */
                                scope: string[];
                                tenant: string;
                                /** @description End of the approval, or of what is unlearned. */
                                until?: string;
                            }[];
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Have an identity unlearn the values it first used in a time, or those of an alert and its days. How often it did anything stays counted. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Of the identity of this account, cluster or organisation. */
                        account?: string;
                        /** @description Why, for whoever reads it later. */
                        because: string;
                        /**
                         * Format: date-time
                         * @description Event time: values first learned from the beginning of that UTC day on.
                         */
                        from: string;
                        /**
                         * @description Forgotten values are new again; condemned ones stay news however often they are used.
                         * @default forget
                         * @enum {string}
                         */
                        how?: "forget" | "condemn";
                        /** @description Of the identity with this provider. */
                        provider?: string;
                        /**
                         * Format: date-time
                         * @description Event time: up to the end of that UTC day; absent: up to today.
                         */
                        to?: string;
                    } | {
                        /** @description Of the identity of this account, cluster or organisation. */
                        account?: string;
                        /** @description What it was raised for, and all first learned on its days. */
                        alertId: string;
                        /** @description Why, for whoever reads it later. */
                        because: string;
                        /**
                         * @description Forgotten values are new again; condemned ones stay news however often they are used.
                         * @default forget
                         * @enum {string}
                         */
                        how?: "forget" | "condemn";
                        /** @description Of the identity with this provider. */
                        provider?: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Account, cluster or organisation of the identity. */
                            account?: string;
                            /** @enum {string} */
                            action: "acknowledge" | "benign" | "true" | "comment" | "unlearn";
                            /** @description Name of the token, or `cli`. */
                            actor: string;
                            /** @description Empty for unlearning that names no alert. */
                            alertId: string;
                            /** @description Wall time, RFC 3339. */
                            at: string;
                            because: string;
                            /** @description Event time from which a verdict counts, or the beginning of what is unlearned, RFC 3339. */
                            countsFrom: string;
                            /** @description What the alert showed then. Absent for unlearning, and where an earlier version recorded it. */
                            covers?: {
                                evidence: {
                                    field: string;
                                    seen: string;
                                }[];
                                /** @enum {string} */
                                severity: "info" | "low" | "medium" | "high" | "critical";
                                version: number;
                            };
                            id: string;
                            identity: string;
                            /** @description Who knows the identity by this id. */
                            provider?: string;
                            /** @description Benign: fields of the evidence that are approved; empty = all of it. Unlearn: what becomes of the values, forget or condemn. */
                            scope: string[];
                            tenant: string;
                            /** @description End of the approval, or of what is unlearned. */
                            until?: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/identities/{id}/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What one identity did, to what, from where, with what, when, and for whom: all of it that is stored. */
        get: {
            parameters: {
                query?: {
                    /** @description Of the identity of this account, cluster or organisation. */
                    account?: string;
                    /** @description Of the identity with this provider. */
                    provider?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            account?: string;
                            actions: {
                                access: string;
                                activities: number;
                                /** @description Days on which it was seen. */
                                days: number;
                                firstAt: string;
                                lastAt: string;
                                name: string;
                                /** @description Those of them that were denied or failed. */
                                refused: number;
                                service: string;
                            }[];
                            activities: number;
                            credentials: {
                                activities: number;
                                /** @description Others of these that were in use while this one was, and the longest time that one of them shared with it, in ms. */
                                beside: {
                                    longestMs: number;
                                    others: number;
                                };
                                /** @description Days on which it was seen. */
                                days: number;
                                expiresAt?: string;
                                firstAt: string;
                                id: string;
                                issuedAt?: string;
                                kind: string;
                                lastAt: string;
                                longLived: boolean;
                                /** @description Those of them that were denied or failed. */
                                refused: number;
                            }[];
                            /** @description Days on which it was seen. */
                            days: number;
                            /** @description Identities that acted on its behalf. */
                            delegates: {
                                activities: number;
                                /** @description Days on which it was seen. */
                                days: number;
                                firstAt: string;
                                id: string;
                                kind: string;
                                lastAt: string;
                                /** @description Those of them that were denied or failed. */
                                refused: number;
                            }[];
                            delegators: {
                                activities: number;
                                /** @description Days on which it was seen. */
                                days: number;
                                firstAt: string;
                                id: string;
                                kind: string;
                                lastAt: string;
                                /** @description Those of them that were denied or failed. */
                                refused: number;
                            }[];
                            environment?: string;
                            firstAt: string;
                            /** @description What it was granted, never used first; absent where nothing tells. */
                            granted?: {
                                /**
                                 * @description Where the grant is known from: the inventory, or a stored record of the act that gave it.
                                 * @enum {string}
                                 */
                                from: "inventory" | "record";
                                grantedAt?: string;
                                grantedBy?: string;
                                /** @description Others of its kind and provider. */
                                peers: number;
                                /** @description Others of its kind and provider that did the commonest act under it: at least so many use it. */
                                peersUsing: number;
                                scope: string;
                                /**
                                 * @description Whether a stored act falls under it; unknown where its name does not tell which acts do.
                                 * @enum {string}
                                 */
                                used: "yes" | "no" | "unknown";
                            }[];
                            /** @description Hours with anything in them, over the last 35 days before its last activity. */
                            hours: {
                                activities: number;
                                at: string;
                                /** @description Those of them that were denied or failed. */
                                refused: number;
                            }[];
                            identity: string;
                            kind: string;
                            lastAt: string;
                            name?: string;
                            owner?: string;
                            /**
                             * @description Where the owner is known from.
                             * @enum {string}
                             */
                            ownerFrom?: "inventory" | "file" | "alert";
                            provider: string;
                            /** @description The inventory record in force. */
                            record?: {
                                [key: string]: unknown;
                            };
                            /** @description Those of them that were denied or failed. */
                            refused: number;
                            resources: {
                                activities: number;
                                /** @description Days on which it was seen. */
                                days: number;
                                firstAt: string;
                                id: string;
                                lastAt: string;
                                /** @description Those of them that were denied or failed. */
                                refused: number;
                                type: string;
                            }[];
                            /** @description Scopes its credentials carried. */
                            scopes: {
                                activities: number;
                                /** @description Days on which it was seen. */
                                days: number;
                                firstAt: string;
                                lastAt: string;
                                /** @description Those of them that were denied or failed. */
                                refused: number;
                                scope: string;
                            }[];
                            sources: {
                                activities: number;
                                clients: string[];
                                /** @description Days on which it was seen. */
                                days: number;
                                firstAt: string;
                                /** @description One of its addresses. */
                                ip: string;
                                ips: number;
                                lastAt: string;
                                /** @description Workload, network and country, as far as the log tells. */
                                place: string;
                                /** @description Those of them that were denied or failed. */
                                refused: number;
                            }[];
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/incidents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Alerts of several identities for one cause, as one: the `incident` of any of them. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Newest first, at most 1,000. */
                            alerts: {
                                /** @description Activities that brought evidence. */
                                activityCount: number;
                                /** @description Activities to look at, the most telling first. */
                                activityIds: string[];
                                /** @description What its detectors cannot see. */
                                blindSpots: string[];
                                /** @description Days since on which it was seen only where, or with what, it was strange, though nobody else speaks for that; absent while they are few. */
                                carriedOnDays?: number;
                                /** @description Names what it was raised for and when that began; fixed when it is raised. Alerts of several identities with the same are about to be one incident. */
                                cause?: string;
                                /**
                                 * @description What this version tells of the alert itself; absent where it was raised or has grown. Who changed the identity stands in `changes`.
                                 * @enum {string}
                                 */
                                change?: "eased" | "acknowledged" | "confirmed" | "resolved" | "suppressed" | "expired" | "contained" | "released" | "reopened";
                                /** @description Who changed the identity: what others, or it itself, did lately that the evidence is about. What this version of the alert tells stands in `change`. */
                                changes?: {
                                    /** @description The act, as the vendor calls it. */
                                    action: string;
                                    /**
                                     * Format: date-time
                                     * @description Event time of the change.
                                     */
                                    at: string;
                                    /** @description Who made it. */
                                    by: {
                                        /** @description Id of the identity that made it. */
                                        id: string;
                                        /** @description Its name for people. */
                                        name?: string;
                                    };
                                    /**
                                     * @description Whether it lowers the weight of evidence, speaks against it, or does neither.
                                     * @enum {string}
                                     */
                                    effect: "explains" | "incriminates" | "none";
                                    /** @description Fields of the evidence that it is about. */
                                    fields: string[];
                                    /** @description True when the identity of the alert made it itself. */
                                    isOwn?: boolean;
                                    /**
                                     * @description What it made.
                                     * @enum {string}
                                     */
                                    kind: "credential" | "identity" | "right" | "deployment";
                                    /**
                                     * @description How usual it was for whoever made it: usual; first, it never did that before; odd, something else about it was new; suspect, it is under an alert itself; doubted, it came under one within a day; other, none of these.
                                     * @enum {string}
                                     */
                                    manner: "usual" | "first" | "odd" | "suspect" | "other" | "doubted";
                                    /** @description Nats of the evidence that it explains. */
                                    nats: number;
                                    /** @description Clause for a person. */
                                    says: string;
                                    /** @description What was made or changed, by name. */
                                    thing?: string;
                                }[];
                                /** @description Controls of standards that the alert serves. */
                                controls: string[];
                                credential?: {
                                    /**
                                     * Format: date-time
                                     * @description When it ends by itself, RFC 3339 in UTC with milliseconds; use after that is an alert.
                                     */
                                    expiresAt?: string;
                                    /** @description Vendor's key id or a fingerprint; never the secret. */
                                    id: string;
                                    /**
                                     * Format: date-time
                                     * @description When it was issued, RFC 3339 in UTC with milliseconds.
                                     */
                                    issuedAt?: string;
                                    /**
                                     * @description What sort of credential it is.
                                     * @enum {string}
                                     */
                                    kind: "access-key" | "session-token" | "jwt" | "x509" | "oauth-token" | "pat" | "signing-key" | "password" | "other";
                                    /** @description Whether it outlives a session; without it, all kinds but session-token, jwt and oauth-token do. */
                                    longLived?: boolean;
                                };
                                /** @description Longest time in ms from one of its activities to the arrival of that one; only of those that came too late to be judged at their own time. */
                                delayMs?: number;
                                /** @description Chain of delegation of the most telling activity, nearest first. */
                                delegation?: {
                                    /** @description A delegator. */
                                    id: string;
                                    /** @description What sort of delegator it is. */
                                    kind: string;
                                }[];
                                /** @description Detectors with evidence, the strongest first. */
                                detectors: string[];
                                /** @description Of an agent: whether the agent itself changed. */
                                drift?: {
                                    /**
                                     * @description What about the agent changed and explains most of the evidence; a new version is a configuration. None: nothing did, as when it is misled. Unknown: the log does not tell, or not for long enough.
                                     * @enum {string}
                                     */
                                    cause: "model" | "configuration" | "tools" | "task" | "none" | "unknown";
                                    /** @description What the agent is made of, as far as the log tells. */
                                    parts: {
                                        /** @description It took the place of another within three days before the strongest evidence. */
                                        changed: boolean;
                                        /** @description What it was before; of a part that changed. */
                                        from?: string;
                                        /**
                                         * @description Which part it is.
                                         * @enum {string}
                                         */
                                        part: "model" | "version" | "configuration" | "tools" | "task";
                                        /** @description Others of its class that have it; of a part that changed. */
                                        peers?: number;
                                        /**
                                         * Format: date-time
                                         * @description First seen, or back after days of another.
                                         */
                                        since: string;
                                        /** @description What it was when the strongest evidence came. */
                                        value: string;
                                        /** @description It changes so often that a change tells nothing. */
                                        varies: boolean;
                                    }[];
                                    /** @description Clause for a person. */
                                    says: string;
                                };
                                /** @description Findings, the strongest first. */
                                evidence: {
                                    /** @description The gravest act in which it was found, as the vendor calls it. */
                                    action?: string;
                                    /** @description Id of that activity. */
                                    activityId: string;
                                    /**
                                     * Format: date-time
                                     * @description Event time of the activity it was found in.
                                     */
                                    at: string;
                                    /** @description Id of the detector that found it. */
                                    detector: string;
                                    /** @description Field of the activity, such as source.asn or action.name. */
                                    field: string;
                                    /** @description Correlated dimensions share a group and are not counted twice. */
                                    group: string;
                                    /** @description True when there were more things than are named. */
                                    moreThings?: boolean;
                                    /** @description Surprise: -ln of the rate of such novelty; an invariant carries fixed odds. */
                                    nats: number;
                                    prevalence: {
                                        /** @description Share of the identity's own active days with the value, 0 to 1. */
                                        identity: number;
                                        /** @description Share of its peer class that has it, 0 to 1. */
                                        peers: number;
                                        /** @description Share of the tenant's identities that have it, 0 to 1. */
                                        tenant: number;
                                    };
                                    /** @description To whom that act opened them or gave a right, as far as the log tells. */
                                    recipients?: string[];
                                    /** @description What was seen. */
                                    seen: string;
                                    /** @description Techniques of this very finding; absent where it has none. */
                                    techniques?: string[];
                                    /** @description Real names of what that act was aimed at; `seen` may be a pattern that many things fit. */
                                    things?: string[];
                                    /** @description What is usual for the identity. */
                                    usual: string;
                                }[];
                                /**
                                 * Format: date-time
                                 * @description Event time of the earliest evidence.
                                 */
                                firstAt: string;
                                /** @description Alerts that were folded into its incident when it was, itself included: they say no more than the incident, or are over the budget of the day. The fourth, the eighth and so on are delivered; what is strong or certain always is. */
                                folded?: number;
                                /** @description Hash of tenant, identity and episode: the same however often the events are read. */
                                id: string;
                                identity: {
                                    /** @description Account, project or organisation it belongs to; a resource of another one is foreign. */
                                    account?: string;
                                    /** @description Stage it runs in, such as production or staging. */
                                    environment?: string;
                                    /** @description Stable principal whose habits are learned; never a session or a key. */
                                    id: string;
                                    /**
                                     * @description What sort of identity it is; peers are looked for among identities of one kind and provider.
                                     * @enum {string}
                                     */
                                    kind: "service-account" | "role" | "workload" | "api-key" | "oauth-app" | "bot" | "agent" | "provider-service" | "human" | "unknown";
                                    /** @description Name for people; alerts show it instead of the id. */
                                    name?: string;
                                    /** @description Who knows it by this id: aws, gcp, azure, kubernetes, github, okta, or your own word. */
                                    provider: string;
                                };
                                /** @description Shared by alerts of several identities with one cause. */
                                incident?: string;
                                /** @description Kinds of drift, the strongest first. */
                                kinds: ("credential-reuse" | "unexpected-source" | "scope-drift" | "unusual-pattern" | "lifecycle" | "delegation")[];
                                /**
                                 * Format: date-time
                                 * @description Event time of the latest evidence.
                                 */
                                lastAt: string;
                                /** @description % of learning done for this identity. */
                                maturity: number;
                                /** @description Partitions whose worker lagged so far behind that this version was judged without what they have yet to tell of others; absent where none did. */
                                missingPartitions?: number;
                                /** @description Probability that it is misuse, held against known attacks, for the rate of attacks that is configured or that verdicts teach; absent where neither tells. */
                                misuse?: number;
                                /** @description Who answers for the identity, by the inventory. */
                                owner?: string;
                                /** @description Calibrated: share of benign identity-days of its class at least this surprising. */
                                p: number;
                                /**
                                 * Format: date-time
                                 * @description Event time at which it was first raised.
                                 */
                                raisedAt: string;
                                recommendation: {
                                    /**
                                     * @description The step of least expected cost, of those that can be undone.
                                     * @enum {string}
                                     */
                                    action: "observe" | "step-up" | "rotate-credential" | "revoke-session" | "narrow-scope" | "suspend-identity";
                                    /** @description Reason for a person, with the likelihood of misuse. */
                                    because: string;
                                    /** @description How it can be taken here: the responder and recipe that are set up for it and what they really do, or that none is. Told to people and sinks, and not stored. */
                                    by?: string;
                                    /**
                                     * Format: date-time
                                     * @description From then on the advice is stale.
                                     */
                                    expiresAt: string;
                                    /** @description Whether a person has to approve it; always true in what the engine says. */
                                    needsApproval: boolean;
                                    target: {
                                        /** @description Which one: identity id, credential id, or service of a scope. */
                                        id: string;
                                        /**
                                         * @description What the step is taken against.
                                         * @enum {string}
                                         */
                                        kind: "identity" | "credential" | "session" | "scope";
                                    };
                                    /** @description How to take it back. */
                                    undo: string;
                                    /** @description What stops working if it is taken. */
                                    wouldStop: string[];
                                };
                                /** @description Joint surprise in nats; higher = more certain, comparable across lanes and kinds. */
                                score: number;
                                /**
                                 * @description Score, sensitivity of the acts and advice in one word.
                                 * @enum {string}
                                 */
                                severity: "info" | "low" | "medium" | "high" | "critical";
                                /** @description What was decided; absent while nothing was. */
                                standing?: {
                                    /**
                                     * Format: date-time
                                     * @description When it was decided, by the clock of the process.
                                     */
                                    at: string;
                                    /** @description Why, in words. */
                                    because: string;
                                    /** @description Who decided it; absent where a rule did. */
                                    by?: string;
                                    /** @description What was done to contain it. */
                                    containment?: {
                                        /**
                                         * @description What was done.
                                         * @enum {string}
                                         */
                                        action: "observe" | "step-up" | "rotate-credential" | "revoke-session" | "narrow-scope" | "suspend-identity";
                                        /**
                                         * @description Whether it is in force.
                                         * @enum {string}
                                         */
                                        state: "active" | "lifted";
                                        /** @description Id of the suspension. */
                                        suspension: string;
                                    };
                                    /**
                                     * @description Where everything with its cause stands: as the alert that leaves most to do. Who shows alerts of one cause as one thing closes it by this.
                                     * @enum {string}
                                     */
                                    page: "new" | "acknowledged" | "suppressed" | "expired" | "resolved";
                                    /**
                                     * @description What a person says that it was.
                                     * @enum {string}
                                     */
                                    verdict?: "benign" | "true";
                                };
                                /**
                                 * @description Where it stands by what was decided about it.
                                 * @enum {string}
                                 */
                                status: "new" | "acknowledged" | "suppressed" | "expired" | "resolved";
                                /** @description ATT&CK, OWASP NHI and OWASP Agentic ids. */
                                techniques: string[];
                                /** @description Whose alert it is. */
                                tenant: string;
                                /** @description One sentence a person can act on. */
                                title: string;
                                triage: {
                                    /** @description Number of things people did about it. */
                                    actions: number;
                                    /** @description In the answer to a verdict on its incident: its own evidence, for which it was left as it was. */
                                    apart?: string[];
                                    /** @description What the alert has by now that the last decision about it did not cover. */
                                    reopened?: string;
                                    /**
                                     * @description Where the alert stands after what people did about it.
                                     * @enum {string}
                                     */
                                    status: "new" | "acknowledged" | "suppressed" | "expired" | "resolved";
                                    /** @description Suppression that hides it. */
                                    suppressedBy?: string;
                                    /**
                                     * @description Absent too where a benign alert has grown beyond what was judged.
                                     * @enum {string}
                                     */
                                    verdict?: "benign" | "true";
                                };
                                /** @description Counts up when there is news: new evidence, or twice as much of the known. */
                                version: number;
                            }[];
                            firstAt: string;
                            id: string;
                            /** @description Number of identities it is about. */
                            identities: number;
                            lastAt: string;
                            /** @description When the first of its alerts was raised. */
                            raisedAt: string;
                            /**
                             * @description The highest of its alerts.
                             * @enum {string}
                             */
                            severity: "info" | "low" | "medium" | "high" | "critical";
                            /** @description Of the strongest of its alerts. */
                            title: string;
                            triage: {
                                actions: number;
                                /**
                                 * @description New while any of its alerts is.
                                 * @enum {string}
                                 */
                                status: "new" | "acknowledged" | "suppressed" | "expired" | "resolved";
                                /**
                                 * @description Where all of them have the same.
                                 * @enum {string}
                                 */
                                verdict?: "benign" | "true";
                            };
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/incidents/{id}/verdict": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say what it was: true of each of its alerts, or benign of those that have nothing beyond what all share. Fields of a scope must be evidence of every one. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description How many actions there were when it was looked at, as in `triage.actions`: where others did something since, nothing is done and the last of it is told. Absent: it is done whatever came. */
                        actions?: number;
                        /** @description Why, for whoever reads it later. */
                        because: string;
                        /** @description Fields of the evidence that are approved, such as source.asn, or all of it. */
                        scope: "all-evidence" | string[];
                        /**
                         * Format: date-time
                         * @description End of the approval; at most 90 days ahead.
                         */
                        until: string;
                        /** @constant */
                        verdict: "benign";
                        /** @description Version that was looked at: what the alert has beyond it is not covered. Absent: as it is now. */
                        version?: number;
                    } | {
                        /** @description How many actions there were when it was looked at, as in `triage.actions`: where others did something since, nothing is done and the last of it is told. Absent: it is done whatever came. */
                        actions?: number;
                        /** @description Why, for whoever reads it later. */
                        because: string;
                        /** @constant */
                        verdict: "true";
                        /** @description Version that was looked at: what the alert has beyond it is not covered. Absent: as it is now. */
                        version?: number;
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Newest first, at most 1,000. */
                            alerts: {
                                /** @description Activities that brought evidence. */
                                activityCount: number;
                                /** @description Activities to look at, the most telling first. */
                                activityIds: string[];
                                /** @description What its detectors cannot see. */
                                blindSpots: string[];
                                /** @description Days since on which it was seen only where, or with what, it was strange, though nobody else speaks for that; absent while they are few. */
                                carriedOnDays?: number;
                                /** @description Names what it was raised for and when that began; fixed when it is raised. Alerts of several identities with the same are about to be one incident. */
                                cause?: string;
                                /**
                                 * @description What this version tells of the alert itself; absent where it was raised or has grown. Who changed the identity stands in `changes`.
                                 * @enum {string}
                                 */
                                change?: "eased" | "acknowledged" | "confirmed" | "resolved" | "suppressed" | "expired" | "contained" | "released" | "reopened";
                                /** @description Who changed the identity: what others, or it itself, did lately that the evidence is about. What this version of the alert tells stands in `change`. */
                                changes?: {
                                    /** @description The act, as the vendor calls it. */
                                    action: string;
                                    /**
                                     * Format: date-time
                                     * @description Event time of the change.
                                     */
                                    at: string;
                                    /** @description Who made it. */
                                    by: {
                                        /** @description Id of the identity that made it. */
                                        id: string;
                                        /** @description Its name for people. */
                                        name?: string;
                                    };
                                    /**
                                     * @description Whether it lowers the weight of evidence, speaks against it, or does neither.
                                     * @enum {string}
                                     */
                                    effect: "explains" | "incriminates" | "none";
                                    /** @description Fields of the evidence that it is about. */
                                    fields: string[];
                                    /** @description True when the identity of the alert made it itself. */
                                    isOwn?: boolean;
                                    /**
                                     * @description What it made.
                                     * @enum {string}
                                     */
                                    kind: "credential" | "identity" | "right" | "deployment";
                                    /**
                                     * @description How usual it was for whoever made it: usual; first, it never did that before; odd, something else about it was new; suspect, it is under an alert itself; doubted, it came under one within a day; other, none of these.
                                     * @enum {string}
                                     */
                                    manner: "usual" | "first" | "odd" | "suspect" | "other" | "doubted";
                                    /** @description Nats of the evidence that it explains. */
                                    nats: number;
                                    /** @description Clause for a person. */
                                    says: string;
                                    /** @description What was made or changed, by name. */
                                    thing?: string;
                                }[];
                                /** @description Controls of standards that the alert serves. */
                                controls: string[];
                                credential?: {
                                    /**
                                     * Format: date-time
                                     * @description When it ends by itself, RFC 3339 in UTC with milliseconds; use after that is an alert.
                                     */
                                    expiresAt?: string;
                                    /** @description Vendor's key id or a fingerprint; never the secret. */
                                    id: string;
                                    /**
                                     * Format: date-time
                                     * @description When it was issued, RFC 3339 in UTC with milliseconds.
                                     */
                                    issuedAt?: string;
                                    /**
                                     * @description What sort of credential it is.
                                     * @enum {string}
                                     */
                                    kind: "access-key" | "session-token" | "jwt" | "x509" | "oauth-token" | "pat" | "signing-key" | "password" | "other";
                                    /** @description Whether it outlives a session; without it, all kinds but session-token, jwt and oauth-token do. */
                                    longLived?: boolean;
                                };
                                /** @description Longest time in ms from one of its activities to the arrival of that one; only of those that came too late to be judged at their own time. */
                                delayMs?: number;
                                /** @description Chain of delegation of the most telling activity, nearest first. */
                                delegation?: {
                                    /** @description A delegator. */
                                    id: string;
                                    /** @description What sort of delegator it is. */
                                    kind: string;
                                }[];
                                /** @description Detectors with evidence, the strongest first. */
                                detectors: string[];
                                /** @description Of an agent: whether the agent itself changed. */
                                drift?: {
                                    /**
                                     * @description What about the agent changed and explains most of the evidence; a new version is a configuration. None: nothing did, as when it is misled. Unknown: the log does not tell, or not for long enough.
                                     * @enum {string}
                                     */
                                    cause: "model" | "configuration" | "tools" | "task" | "none" | "unknown";
                                    /** @description What the agent is made of, as far as the log tells. */
                                    parts: {
                                        /** @description It took the place of another within three days before the strongest evidence. */
                                        changed: boolean;
                                        /** @description What it was before; of a part that changed. */
                                        from?: string;
                                        /**
                                         * @description Which part it is.
                                         * @enum {string}
                                         */
                                        part: "model" | "version" | "configuration" | "tools" | "task";
                                        /** @description Others of its class that have it; of a part that changed. */
                                        peers?: number;
                                        /**
                                         * Format: date-time
                                         * @description First seen, or back after days of another.
                                         */
                                        since: string;
                                        /** @description What it was when the strongest evidence came. */
                                        value: string;
                                        /** @description It changes so often that a change tells nothing. */
                                        varies: boolean;
                                    }[];
                                    /** @description Clause for a person. */
                                    says: string;
                                };
                                /** @description Findings, the strongest first. */
                                evidence: {
                                    /** @description The gravest act in which it was found, as the vendor calls it. */
                                    action?: string;
                                    /** @description Id of that activity. */
                                    activityId: string;
                                    /**
                                     * Format: date-time
                                     * @description Event time of the activity it was found in.
                                     */
                                    at: string;
                                    /** @description Id of the detector that found it. */
                                    detector: string;
                                    /** @description Field of the activity, such as source.asn or action.name. */
                                    field: string;
                                    /** @description Correlated dimensions share a group and are not counted twice. */
                                    group: string;
                                    /** @description True when there were more things than are named. */
                                    moreThings?: boolean;
                                    /** @description Surprise: -ln of the rate of such novelty; an invariant carries fixed odds. */
                                    nats: number;
                                    prevalence: {
                                        /** @description Share of the identity's own active days with the value, 0 to 1. */
                                        identity: number;
                                        /** @description Share of its peer class that has it, 0 to 1. */
                                        peers: number;
                                        /** @description Share of the tenant's identities that have it, 0 to 1. */
                                        tenant: number;
                                    };
                                    /** @description To whom that act opened them or gave a right, as far as the log tells. */
                                    recipients?: string[];
                                    /** @description What was seen. */
                                    seen: string;
                                    /** @description Techniques of this very finding; absent where it has none. */
                                    techniques?: string[];
                                    /** @description Real names of what that act was aimed at; `seen` may be a pattern that many things fit. */
                                    things?: string[];
                                    /** @description What is usual for the identity. */
                                    usual: string;
                                }[];
                                /**
                                 * Format: date-time
                                 * @description Event time of the earliest evidence.
                                 */
                                firstAt: string;
                                /** @description Alerts that were folded into its incident when it was, itself included: they say no more than the incident, or are over the budget of the day. The fourth, the eighth and so on are delivered; what is strong or certain always is. */
                                folded?: number;
                                /** @description Hash of tenant, identity and episode: the same however often the events are read. */
                                id: string;
                                identity: {
                                    /** @description Account, project or organisation it belongs to; a resource of another one is foreign. */
                                    account?: string;
                                    /** @description Stage it runs in, such as production or staging. */
                                    environment?: string;
                                    /** @description Stable principal whose habits are learned; never a session or a key. */
                                    id: string;
                                    /**
                                     * @description What sort of identity it is; peers are looked for among identities of one kind and provider.
                                     * @enum {string}
                                     */
                                    kind: "service-account" | "role" | "workload" | "api-key" | "oauth-app" | "bot" | "agent" | "provider-service" | "human" | "unknown";
                                    /** @description Name for people; alerts show it instead of the id. */
                                    name?: string;
                                    /** @description Who knows it by this id: aws, gcp, azure, kubernetes, github, okta, or your own word. */
                                    provider: string;
                                };
                                /** @description Shared by alerts of several identities with one cause. */
                                incident?: string;
                                /** @description Kinds of drift, the strongest first. */
                                kinds: ("credential-reuse" | "unexpected-source" | "scope-drift" | "unusual-pattern" | "lifecycle" | "delegation")[];
                                /**
                                 * Format: date-time
                                 * @description Event time of the latest evidence.
                                 */
                                lastAt: string;
                                /** @description % of learning done for this identity. */
                                maturity: number;
                                /** @description Partitions whose worker lagged so far behind that this version was judged without what they have yet to tell of others; absent where none did. */
                                missingPartitions?: number;
                                /** @description Probability that it is misuse, held against known attacks, for the rate of attacks that is configured or that verdicts teach; absent where neither tells. */
                                misuse?: number;
                                /** @description Who answers for the identity, by the inventory. */
                                owner?: string;
                                /** @description Calibrated: share of benign identity-days of its class at least this surprising. */
                                p: number;
                                /**
                                 * Format: date-time
                                 * @description Event time at which it was first raised.
                                 */
                                raisedAt: string;
                                recommendation: {
                                    /**
                                     * @description The step of least expected cost, of those that can be undone.
                                     * @enum {string}
                                     */
                                    action: "observe" | "step-up" | "rotate-credential" | "revoke-session" | "narrow-scope" | "suspend-identity";
                                    /** @description Reason for a person, with the likelihood of misuse. */
                                    because: string;
                                    /** @description How it can be taken here: the responder and recipe that are set up for it and what they really do, or that none is. Told to people and sinks, and not stored. */
                                    by?: string;
                                    /**
                                     * Format: date-time
                                     * @description From then on the advice is stale.
                                     */
                                    expiresAt: string;
                                    /** @description Whether a person has to approve it; always true in what the engine says. */
                                    needsApproval: boolean;
                                    target: {
                                        /** @description Which one: identity id, credential id, or service of a scope. */
                                        id: string;
                                        /**
                                         * @description What the step is taken against.
                                         * @enum {string}
                                         */
                                        kind: "identity" | "credential" | "session" | "scope";
                                    };
                                    /** @description How to take it back. */
                                    undo: string;
                                    /** @description What stops working if it is taken. */
                                    wouldStop: string[];
                                };
                                /** @description Joint surprise in nats; higher = more certain, comparable across lanes and kinds. */
                                score: number;
                                /**
                                 * @description Score, sensitivity of the acts and advice in one word.
                                 * @enum {string}
                                 */
                                severity: "info" | "low" | "medium" | "high" | "critical";
                                /** @description What was decided; absent while nothing was. */
                                standing?: {
                                    /**
                                     * Format: date-time
                                     * @description When it was decided, by the clock of the process.
                                     */
                                    at: string;
                                    /** @description Why, in words. */
                                    because: string;
                                    /** @description Who decided it; absent where a rule did. */
                                    by?: string;
                                    /** @description What was done to contain it. */
                                    containment?: {
                                        /**
                                         * @description What was done.
                                         * @enum {string}
                                         */
                                        action: "observe" | "step-up" | "rotate-credential" | "revoke-session" | "narrow-scope" | "suspend-identity";
                                        /**
                                         * @description Whether it is in force.
                                         * @enum {string}
                                         */
                                        state: "active" | "lifted";
                                        /** @description Id of the suspension. */
                                        suspension: string;
                                    };
                                    /**
                                     * @description Where everything with its cause stands: as the alert that leaves most to do. Who shows alerts of one cause as one thing closes it by this.
                                     * @enum {string}
                                     */
                                    page: "new" | "acknowledged" | "suppressed" | "expired" | "resolved";
                                    /**
                                     * @description What a person says that it was.
                                     * @enum {string}
                                     */
                                    verdict?: "benign" | "true";
                                };
                                /**
                                 * @description Where it stands by what was decided about it.
                                 * @enum {string}
                                 */
                                status: "new" | "acknowledged" | "suppressed" | "expired" | "resolved";
                                /** @description ATT&CK, OWASP NHI and OWASP Agentic ids. */
                                techniques: string[];
                                /** @description Whose alert it is. */
                                tenant: string;
                                /** @description One sentence a person can act on. */
                                title: string;
                                triage: {
                                    /** @description Number of things people did about it. */
                                    actions: number;
                                    /** @description In the answer to a verdict on its incident: its own evidence, for which it was left as it was. */
                                    apart?: string[];
                                    /** @description What the alert has by now that the last decision about it did not cover. */
                                    reopened?: string;
                                    /**
                                     * @description Where the alert stands after what people did about it.
                                     * @enum {string}
                                     */
                                    status: "new" | "acknowledged" | "suppressed" | "expired" | "resolved";
                                    /** @description Suppression that hides it. */
                                    suppressedBy?: string;
                                    /**
                                     * @description Absent too where a benign alert has grown beyond what was judged.
                                     * @enum {string}
                                     */
                                    verdict?: "benign" | "true";
                                };
                                /** @description Counts up when there is news: new evidence, or twice as much of the known. */
                                version: number;
                            }[];
                            firstAt: string;
                            id: string;
                            /** @description Number of identities it is about. */
                            identities: number;
                            lastAt: string;
                            /** @description When the first of its alerts was raised. */
                            raisedAt: string;
                            /**
                             * @description The highest of its alerts.
                             * @enum {string}
                             */
                            severity: "info" | "low" | "medium" | "high" | "critical";
                            /** @description Of the strongest of its alerts. */
                            title: string;
                            triage: {
                                actions: number;
                                /**
                                 * @description New while any of its alerts is.
                                 * @enum {string}
                                 */
                                status: "new" | "acknowledged" | "suppressed" | "expired" | "resolved";
                                /**
                                 * @description Where all of them have the same.
                                 * @enum {string}
                                 */
                                verdict?: "benign" | "true";
                            };
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every identity that was seen, known to the inventory or not: what it lacks, who should be asked and why, who made it, and what it reaches. */
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    /** @description Only those that lack this. */
                    gap?: "owner" | "purpose" | "expiry" | "attestation";
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description When the fleet was computed that this is a page of. */
                            asOf: string;
                            /** @description How many lack what. */
                            gaps: {
                                [key: string]: number;
                            };
                            items: {
                                account?: string;
                                activities: number;
                                alerts: number;
                                /** @description When its owner last confirmed it. */
                                attestedAt?: string;
                                /** @description When that ends. */
                                attestedUntil?: string;
                                /** @description Of the credentials that outlive a session, the 100 that were used last; absent where it used none. */
                                credentials?: {
                                    /** @description When one was used last. */
                                    lastAt: string;
                                    /** @description When the oldest was issued, or first used where the logs do not tell. */
                                    oldestSince: string;
                                    /** @description How many were in use while another one was. */
                                    overlapping: number;
                                };
                                expiresAt?: string;
                                firstAt: string;
                                /** @description What is not known of it, or has ended. */
                                gaps: ("owner" | "purpose" | "expiry" | "attestation")[];
                                id: string;
                                kind: string;
                                lastAt: string;
                                /** @description Credentials that outlive a session. */
                                longLived: number;
                                /** @description Who made it, gave it keys or rights, or deployed it last, as the logs tell. */
                                made: {
                                    at: string;
                                    by: string;
                                    how: string;
                                    what: string;
                                }[];
                                name?: string;
                                /** @description As the inventory, or its last alert, tells. */
                                owner?: string;
                                /** @description Who should be asked, where no owner is known. */
                                proposedOwner?: {
                                    /** @description What it is read from, in words. */
                                    because: string;
                                    value: string;
                                };
                                /** @description What it seems to be for, where no purpose is told. */
                                proposedPurpose?: {
                                    /** @description What it is read from, in words. */
                                    because: string;
                                    value: string;
                                };
                                provider: string;
                                purpose?: string;
                                /** @description Systems it reaches, each with the whole chain, from whoever started it. */
                                reaches: {
                                    activities: number;
                                    system: string;
                                    through: string[];
                                }[];
                            }[];
                            next?: string;
                            /** @description Of this gap, or all. */
                            total: number;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Send inventory records as NDJSON, as a JSON array or as one document, plain or gzip; each takes the place of the one before. Answered when they are durable. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": unknown;
                    "application/x-ndjson": string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Why records were refused; the first hundred. */
                            faults: {
                                reason: string;
                                /** @description Place in the request, from 0. */
                                record: number;
                            }[];
                            records: number;
                            refused: number;
                            /** @description In force for the activities that come after them. */
                            stored: number;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same of all identities as a table for a spreadsheet; no cell is a formula. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv; charset=utf-8": string;
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory.scim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same as a SCIM list (RFC 7644) of resources, for an identity governance system; it is not a SCIM server. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/scim+json; charset=utf-8": string;
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was sent of one identity last; what stands in a file alone is not shown. */
        get: {
            parameters: {
                query?: {
                    /** @description Of the identity of this account, cluster or organisation. */
                    account?: string;
                    /** @description Of the identity with this provider. */
                    provider?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Account, project or organisation it belongs to. */
                            account?: string;
                            /**
                             * Format: date-time
                             * @description When its owner last confirmed what stands here.
                             */
                            attestedAt?: string;
                            /** @description Who confirmed it. */
                            attestedBy?: string;
                            /**
                             * Format: date-time
                             * @description When it should be confirmed again; nothing ends by itself.
                             */
                            attestedUntil?: string;
                            /**
                             * Format: date-time
                             * @description It was changed on purpose then, by its platform.
                             */
                            baselineChangedAt?: string;
                            /** @description A decoy: nobody has a reason to use it, so any act of it is an alert at once. */
                            canary?: boolean;
                            /** @description Decoy things, by their ids as in activities; one that ends in `/*` or `:*` stands for all below it. Any touch of one, by whomever of the tenant, is an alert at once. */
                            canaryResources?: string[];
                            /**
                             * Format: date-time
                             * @description When it was made.
                             */
                            createdAt?: string;
                            /** @description Credentials of the identity and their dates. */
                            credentials?: {
                                /** @description A decoy: any use of it is an alert at once. */
                                canary?: boolean;
                                /**
                                 * Format: date-time
                                 * @description When it was made.
                                 */
                                createdAt?: string;
                                /**
                                 * Format: date-time
                                 * @description When it ends by itself; use after that is an alert.
                                 */
                                expiresAt?: string;
                                /** @description Id of the credential, as in activities; never the secret. */
                                id: string;
                                /**
                                 * @description What sort of credential it is.
                                 * @enum {string}
                                 */
                                kind?: "access-key" | "session-token" | "jwt" | "x509" | "oauth-token" | "pat" | "signing-key" | "password" | "other";
                                /** @description Where it is bound to run. */
                                platform?: string;
                                /**
                                 * Format: date-time
                                 * @description Must not work any more.
                                 */
                                revokedAt?: string;
                                /**
                                 * Format: date-time
                                 * @description A successor exists since then.
                                 */
                                rotatedAt?: string;
                            }[];
                            /** @description Stage it runs in. */
                            environment?: string;
                            /** @description Nothing but security events spoke of it: it says nothing about an owner. */
                            evidenceOnly?: boolean;
                            /**
                             * Format: date-time
                             * @description When it ends; activity after that is an alert.
                             */
                            expiresAt?: string;
                            /** @description Services, roles, actions or permissions it was granted; a first act outside them is evidence. */
                            grantedScopes?: string[];
                            /** @description Id of the identity, as in its activities. */
                            identity: string;
                            /**
                             * @description What sort of identity it is.
                             * @enum {string}
                             */
                            kind?: "service-account" | "role" | "workload" | "api-key" | "oauth-app" | "bot" | "agent" | "provider-service" | "human" | "unknown";
                            /** @description Name for people. */
                            name?: string;
                            /** @description Only people may act on it. */
                            neverSuspend?: boolean;
                            /**
                             * Format: date-time
                             * @description When it was retired; activity after that is an alert.
                             */
                            offboardedAt?: string;
                            /** @description Who answers for it; a privileged first act without one weighs more. */
                            owner?: string;
                            /** @description Identities that depend on it. */
                            peers?: string[];
                            /** @description Who knows it by this id. */
                            provider?: string;
                            /** @description What it is for, in words. */
                            purpose?: string;
                            /** @description System it is part of. */
                            system?: string;
                            /**
                             * @description Whose identity it is.
                             * @default default
                             */
                            tenant: string;
                            /** @description 0 = the company stops without it. */
                            tier?: number;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/reminders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Links for everything that was never confirmed, or whose confirmation has ended, by owner: to be sent by whoever asks. Nothing ends by itself where nobody answers. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description Days for which an answer stands.
                         * @default 180
                         */
                        days?: number;
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Identities left out of this answer, which is bounded. */
                            left: number;
                            reminders: {
                                /** @description Nobody is known; this is who probably owns it. */
                                isProposed: boolean;
                                links: {
                                    expiresAt: string;
                                    identity: string;
                                    recipient: string;
                                    /** @description A secret: whoever has it may answer in the name of the recipient. */
                                    url: string;
                                }[];
                                owner: string;
                            }[];
                            /** @description Identities that nobody is known to ask about. */
                            unasked: number;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send log records as OTLP exporters do: the body of each is a record, as JSON or as a map. */
        post: {
            parameters: {
                query?: {
                    /** @description Format of the records; auto recognises each. */
                    format?: "auto";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": unknown;
                    "application/x-protobuf": string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            partialSuccess?: {
                                errorMessage: string;
                                rejectedLogRecords?: string;
                                rejectedSpans?: string;
                            };
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whom the token speaks for, and what can be done here. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            /** @description Time of this server. */
                            now: string;
                            /** @description Nothing can be decided here, whatever the token may. */
                            readOnly: boolean;
                            /** @description Suspensions are kept here. */
                            responds: boolean;
                            /** @enum {string} */
                            scope: "ingest" | "inventory" | "signals" | "viewer" | "analyst" | "responder" | "admin";
                            tenant: string;
                            /** @description Version of this server. */
                            version: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pseudonyms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The pseudonym under which a person stands in activities and alerts. The question is written down. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Why: the request it answers. Do not name the person. */
                        because: string;
                        name: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            pseudonym: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Exchange a one-time token for one that is good until this server stops. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        token: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Bearer token for as long as this server runs. */
                            token: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/signals/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Push delivery of one Security Event Token (RFC 8935) of a transmitter named under signals.transmitters; each jti is taken once. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/secevent+jwt": string;
                };
            };
            responses: {
                /** @description Done. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, never>;
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/signals/jwks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The public keys of its tokens, a JWK Set. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            keys: ({
                                kty: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/signals/poll/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Acknowledge what was received, and get what was not (RFC 8936). */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description jti of events that were taken; they are not given again.
                         * @default []
                         */
                        ack?: string[];
                        /**
                         * @description Most events in one answer; 0 only acknowledges.
                         * @default 100
                         */
                        maxEvents?: number;
                        /**
                         * @description Taken, and always so: ask again after a while.
                         * @default true
                         */
                        returnImmediately?: boolean;
                        /**
                         * @description Not given again either.
                         * @default {}
                         */
                        setErrs?: {
                            [key: string]: {
                                /** @description Error code of RFC 8935. */
                                err: string;
                            } & {
                                [key: string]: unknown;
                            };
                        };
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Whether there are more than were asked for. */
                            moreAvailable: boolean;
                            /** @description Signed tokens by jti. */
                            sets: {
                                [key: string]: string;
                            };
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/signals/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether a stream is enabled, paused or disabled. */
        get: {
            parameters: {
                query: {
                    /** @description Of the stream, as its creation gave it. */
                    stream_id: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Why, in words. */
                            reason?: string;
                            /**
                             * @description paused keeps what happens, disabled lets it go.
                             * @enum {string}
                             */
                            status: "enabled" | "paused" | "disabled";
                            /** @description Id of the stream. */
                            stream_id: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Enable, pause or disable a stream. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Why, in words. */
                        reason?: string;
                        /**
                         * @description paused keeps what happens, disabled lets it go.
                         * @enum {string}
                         */
                        status: "enabled" | "paused" | "disabled";
                        /** @description Of the stream, as its creation gave it. */
                        stream_id: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Why, in words. */
                            reason?: string;
                            /**
                             * @description paused keeps what happens, disabled lets it go.
                             * @enum {string}
                             */
                            status: "enabled" | "paused" | "disabled";
                            /** @description Id of the stream. */
                            stream_id: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/signals/streams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Your streams, or the one of `stream_id`. */
        get: {
            parameters: {
                query?: {
                    /** @description Of the stream, as its creation gave it. */
                    stream_id?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Audience of its tokens. */
                            aud: string;
                            delivery: {
                                /** @description Where to poll. */
                                endpoint_url: string;
                                /** @description How events are handed over. */
                                method: string;
                            };
                            /** @description What the receiver calls the stream. */
                            description?: string;
                            /** @description Event types that it gets. */
                            events_delivered: string[];
                            /** @description Event types that the receiver asked for. */
                            events_requested: string[];
                            /** @description Event types that are offered. */
                            events_supported: string[];
                            /** @description Issuer of its tokens. */
                            iss: string;
                            /** @description Least seconds between two requests for verification. */
                            min_verification_interval: number;
                            /** @description Id of the stream. */
                            stream_id: string;
                        } | {
                            /** @description Audience of its tokens. */
                            aud: string;
                            delivery: {
                                /** @description Where to poll. */
                                endpoint_url: string;
                                /** @description How events are handed over. */
                                method: string;
                            };
                            /** @description What the receiver calls the stream. */
                            description?: string;
                            /** @description Event types that it gets. */
                            events_delivered: string[];
                            /** @description Event types that the receiver asked for. */
                            events_requested: string[];
                            /** @description Event types that are offered. */
                            events_supported: string[];
                            /** @description Issuer of its tokens. */
                            iss: string;
                            /** @description Least seconds between two requests for verification. */
                            min_verification_interval: number;
                            /** @description Id of the stream. */
                            stream_id: string;
                        }[];
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        /** Replace a stream by what is given. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @default {
                         *       "method": "urn:ietf:rfc:8936"
                         *     }
                         */
                        delivery?: {
                            /**
                             * @description How events are handed over: the receiver polls (RFC 8936).
                             * @constant
                             */
                            method: "urn:ietf:rfc:8936";
                        } & {
                            [key: string]: unknown;
                        };
                        /** @description What the receiver calls the stream. */
                        description?: string;
                        /** @description All that are offered unless given. */
                        events_requested?: string[];
                        /** @description Of the stream, as its creation gave it. */
                        stream_id: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Audience of its tokens. */
                            aud: string;
                            delivery: {
                                /** @description Where to poll. */
                                endpoint_url: string;
                                /** @description How events are handed over. */
                                method: string;
                            };
                            /** @description What the receiver calls the stream. */
                            description?: string;
                            /** @description Event types that it gets. */
                            events_delivered: string[];
                            /** @description Event types that the receiver asked for. */
                            events_requested: string[];
                            /** @description Event types that are offered. */
                            events_supported: string[];
                            /** @description Issuer of its tokens. */
                            iss: string;
                            /** @description Least seconds between two requests for verification. */
                            min_verification_interval: number;
                            /** @description Id of the stream. */
                            stream_id: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        /** Make a stream of the alerts of your tenant from now on. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @default {
                         *       "method": "urn:ietf:rfc:8936"
                         *     }
                         */
                        delivery?: {
                            /**
                             * @description How events are handed over: the receiver polls (RFC 8936).
                             * @constant
                             */
                            method: "urn:ietf:rfc:8936";
                        } & {
                            [key: string]: unknown;
                        };
                        /** @description What the receiver calls the stream. */
                        description?: string;
                        /** @description All that are offered unless given. */
                        events_requested?: string[];
                    };
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Audience of its tokens. */
                            aud: string;
                            delivery: {
                                /** @description Where to poll. */
                                endpoint_url: string;
                                /** @description How events are handed over. */
                                method: string;
                            };
                            /** @description What the receiver calls the stream. */
                            description?: string;
                            /** @description Event types that it gets. */
                            events_delivered: string[];
                            /** @description Event types that the receiver asked for. */
                            events_requested: string[];
                            /** @description Event types that are offered. */
                            events_supported: string[];
                            /** @description Issuer of its tokens. */
                            iss: string;
                            /** @description Least seconds between two requests for verification. */
                            min_verification_interval: number;
                            /** @description Id of the stream. */
                            stream_id: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        /** End a stream. */
        delete: {
            parameters: {
                query: {
                    /** @description Of the stream, as its creation gave it. */
                    stream_id: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, never>;
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /** Change what is given of a stream. */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @default {
                         *       "method": "urn:ietf:rfc:8936"
                         *     }
                         */
                        delivery?: {
                            /**
                             * @description How events are handed over: the receiver polls (RFC 8936).
                             * @constant
                             */
                            method: "urn:ietf:rfc:8936";
                        } & {
                            [key: string]: unknown;
                        };
                        /** @description What the receiver calls the stream. */
                        description?: string;
                        /** @description All that are offered unless given. */
                        events_requested?: string[];
                        /** @description Of the stream, as its creation gave it. */
                        stream_id: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Audience of its tokens. */
                            aud: string;
                            delivery: {
                                /** @description Where to poll. */
                                endpoint_url: string;
                                /** @description How events are handed over. */
                                method: string;
                            };
                            /** @description What the receiver calls the stream. */
                            description?: string;
                            /** @description Event types that it gets. */
                            events_delivered: string[];
                            /** @description Event types that the receiver asked for. */
                            events_requested: string[];
                            /** @description Event types that are offered. */
                            events_supported: string[];
                            /** @description Issuer of its tokens. */
                            iss: string;
                            /** @description Least seconds between two requests for verification. */
                            min_verification_interval: number;
                            /** @description Id of the stream. */
                            stream_id: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/signals/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask for a verification event; it comes with the next poll. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Comes back in the verification event as it is. */
                        state?: string;
                        /** @description Of the stream, as its creation gave it. */
                        stream_id: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, never>;
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What comes in and what goes out: rates, delays, dead letters, deliveries, and whether all is well. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            dead: {
                                format: string;
                                lastAt: string;
                                reason: string;
                                records: number;
                            }[];
                            inputs: {
                                activities: number;
                                /** @description Half of what arrived as it happened came later than this after it; absent where all of it is history. */
                                delaySeconds?: number;
                                identities: number;
                                lastDay: number;
                                /** @description Activities stored in the last hour of this server. */
                                lastHour: number;
                                /** @description Event time of its newest activity. */
                                newestAt: string;
                                provider: string;
                                /** @description When its newest activity was stored. */
                                storedAt: string;
                            }[];
                            /** @description How far each topic is behind: of what this process reads as it is now, of what others read as they last told the store, every ten seconds. */
                            lags: {
                                /** @description The partition that is furthest behind; absent where none is. */
                                most?: {
                                    partition: number;
                                    records: number;
                                };
                                /** @description Partitions of it that are known of. */
                                partitions: number;
                                /** @description Records in them that are not yet processed. */
                                records: number;
                                /** @enum {string} */
                                role: "ingest" | "detect";
                                /** @description Cluster and topic; `local`: what was sent to this process without Kafka. */
                                topic: string;
                                /** @description Partitions of which no process told for a minute, so that nobody reads them, and when one last did. Absent where there is none. */
                                unread?: {
                                    partitions: number;
                                    toldAt: string;
                                };
                            }[];
                            /** @description Why nothing more is taken just now. */
                            notReady: string[];
                            now: string;
                            ready: boolean;
                            sinks: {
                                delivered: number;
                                oldestPendingAt?: string;
                                pending: number;
                                refused: number;
                                sink: string;
                            }[];
                            /** @description Records of the last seven days that their format leaves out on purpose, by source and reason, those with most first; at the most 200 rows. */
                            skipped: {
                                /** @description Where one of them stands in its topic. */
                                example?: string;
                                format: string;
                                /** @enum {string} */
                                kind: "topic" | "sender" | "history";
                                /** @description When the last of them was read. */
                                lastAt: string;
                                /** @description Of a history: the command that read it. */
                                name: string;
                                reason: string;
                                records: number;
                            }[];
                            /** @description Who sends: topics, senders, and accounts that records are of. Those that fell silent come first. */
                            sources: {
                                /** @enum {string} */
                                kind: "topic" | "sender" | "account";
                                /** @description Arrival of its last records, to five minutes. */
                                lastAt: string;
                                name: string;
                                /** @description How long it has been silent. */
                                silentSeconds?: number;
                                /**
                                 * @description learning: less than eight days of it are known, so nobody can say what silence is usual.
                                 * @enum {string}
                                 */
                                state: "learning" | "heard" | "silent";
                            }[];
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/suppressions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Suppressions that are not over. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            suppressions: {
                                actor: string;
                                because: string;
                                from: string;
                                id: string;
                                lifted: boolean;
                                match: {
                                    /** @description Only of the identity of this account, cluster or organisation. What names neither is about whoever has the id. */
                                    account?: string;
                                    /** @description Every detector of the alert is one of these. Naming one that is an invariant hides what it found. */
                                    detectors?: string[];
                                    /** @description One piece of evidence or several; an alert is hidden when they are all of its evidence that matters. */
                                    evidence?: {
                                        field: string;
                                        seen: string;
                                    } | {
                                        field: string;
                                        seen: string;
                                    }[];
                                    identity?: string;
                                    /**
                                     * @description What invariants found is hidden too. Absent: only where it is named by evidence or detector.
                                     * @constant
                                     */
                                    invariants?: true;
                                    /** @description Every kind of the alert is one of these. */
                                    kinds?: ("credential-reuse" | "unexpected-source" | "scope-drift" | "unusual-pattern" | "lifecycle" | "delegation")[];
                                    /**
                                     * @description Nothing more severe is hidden. Absent in a request: the highest of the stored alerts that it matches, or low where there are none.
                                     * @enum {string}
                                     */
                                    maxSeverity?: "info" | "low" | "medium" | "high" | "critical";
                                    /** @description Only of the identity with this provider. */
                                    provider?: string;
                                };
                                owner: string;
                                tenant: string;
                                until: string;
                            }[];
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Ask not to be told of such alerts for a time. An alert with anything beyond what is named is told all the same. Refused, with the list, when an alert that was confirmed is looked for. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Why, for whoever reads it later. */
                        because: string;
                        /**
                         * @description Only tell what it would hide.
                         * @default false
                         */
                        dryRun?: boolean;
                        match: {
                            /** @description Only of the identity of this account, cluster or organisation. What names neither is about whoever has the id. */
                            account?: string;
                            /** @description Every detector of the alert is one of these. Naming one that is an invariant hides what it found. */
                            detectors?: string[];
                            /** @description One piece of evidence or several; an alert is hidden when they are all of its evidence that matters. */
                            evidence?: {
                                field: string;
                                seen: string;
                            } | {
                                field: string;
                                seen: string;
                            }[];
                            identity?: string;
                            /**
                             * @description What invariants found is hidden too. Absent: only where it is named by evidence or detector.
                             * @constant
                             */
                            invariants?: true;
                            /** @description Every kind of the alert is one of these. */
                            kinds?: ("credential-reuse" | "unexpected-source" | "scope-drift" | "unusual-pattern" | "lifecycle" | "delegation")[];
                            /**
                             * @description Nothing more severe is hidden. Absent in a request: the highest of the stored alerts that it matches, or low where there are none.
                             * @enum {string}
                             */
                            maxSeverity?: "info" | "low" | "medium" | "high" | "critical";
                            /** @description Only of the identity with this provider. */
                            provider?: string;
                        };
                        /** @description Who answers for it. */
                        owner: string;
                        /**
                         * Format: date-time
                         * @description When it ends; at most 90 days ahead.
                         */
                        until: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Stored alerts it looks for and would not have hidden, with what they have beyond it; at most 100. */
                            staysTold: {
                                /** @description Why the suppression, though it looks for such an alert, would not hide this one. */
                                beyond?: string;
                                confirmed: boolean;
                                id: string;
                                raisedAt: string;
                                /** @enum {string} */
                                severity: "info" | "low" | "medium" | "high" | "critical";
                                title: string;
                            }[];
                            /** @description Absent after a dry run. */
                            suppression?: {
                                actor: string;
                                because: string;
                                from: string;
                                id: string;
                                lifted: boolean;
                                match: {
                                    /** @description Only of the identity of this account, cluster or organisation. What names neither is about whoever has the id. */
                                    account?: string;
                                    /** @description Every detector of the alert is one of these. Naming one that is an invariant hides what it found. */
                                    detectors?: string[];
                                    /** @description One piece of evidence or several; an alert is hidden when they are all of its evidence that matters. */
                                    evidence?: {
                                        field: string;
                                        seen: string;
                                    } | {
                                        field: string;
                                        seen: string;
                                    }[];
                                    identity?: string;
                                    /**
                                     * @description What invariants found is hidden too. Absent: only where it is named by evidence or detector.
                                     * @constant
                                     */
                                    invariants?: true;
                                    /** @description Every kind of the alert is one of these. */
                                    kinds?: ("credential-reuse" | "unexpected-source" | "scope-drift" | "unusual-pattern" | "lifecycle" | "delegation")[];
                                    /**
                                     * @description Nothing more severe is hidden. Absent in a request: the highest of the stored alerts that it matches, or low where there are none.
                                     * @enum {string}
                                     */
                                    maxSeverity?: "info" | "low" | "medium" | "high" | "critical";
                                    /** @description Only of the identity with this provider. */
                                    provider?: string;
                                };
                                owner: string;
                                tenant: string;
                                until: string;
                            };
                            /** @description Stored alerts it would have hidden, newest first, and before them confirmed ones it looks for; at most 100. */
                            wouldHide: {
                                /** @description Why the suppression, though it looks for such an alert, would not hide this one. */
                                beyond?: string;
                                confirmed: boolean;
                                id: string;
                                raisedAt: string;
                                /** @enum {string} */
                                severity: "info" | "low" | "medium" | "high" | "critical";
                                title: string;
                            }[];
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/suppressions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a suppression now. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            actor: string;
                            because: string;
                            from: string;
                            id: string;
                            lifted: boolean;
                            match: {
                                /** @description Only of the identity of this account, cluster or organisation. What names neither is about whoever has the id. */
                                account?: string;
                                /** @description Every detector of the alert is one of these. Naming one that is an invariant hides what it found. */
                                detectors?: string[];
                                /** @description One piece of evidence or several; an alert is hidden when they are all of its evidence that matters. */
                                evidence?: {
                                    field: string;
                                    seen: string;
                                } | {
                                    field: string;
                                    seen: string;
                                }[];
                                identity?: string;
                                /**
                                 * @description What invariants found is hidden too. Absent: only where it is named by evidence or detector.
                                 * @constant
                                 */
                                invariants?: true;
                                /** @description Every kind of the alert is one of these. */
                                kinds?: ("credential-reuse" | "unexpected-source" | "scope-drift" | "unusual-pattern" | "lifecycle" | "delegation")[];
                                /**
                                 * @description Nothing more severe is hidden. Absent in a request: the highest of the stored alerts that it matches, or low where there are none.
                                 * @enum {string}
                                 */
                                maxSeverity?: "info" | "low" | "medium" | "high" | "critical";
                                /** @description Only of the identity with this provider. */
                                provider?: string;
                            };
                            owner: string;
                            tenant: string;
                            until: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/suspensions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Suspensions as they stand, newest first. */
        get: {
            parameters: {
                query?: {
                    alert?: string;
                    identity?: string;
                    limit?: number;
                    state?: "recommended" | "approved" | "rejected" | "expired" | "dispatched" | "confirmed" | "failed" | "lifted";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            suspensions: {
                                /**
                                 * @description What is done.
                                 * @enum {string}
                                 */
                                action: "step-up" | "rotate-credential" | "revoke-session" | "narrow-scope" | "suspend-identity";
                                /** @description Alert that gave rise to it. */
                                alertId?: string;
                                /** @description Who approved it. */
                                approvals: {
                                    /**
                                     * Format: date-time
                                     * @description When it was approved, by the clock of the process.
                                     */
                                    at: string;
                                    /** @description SHA-256 of exactly what was approved, as 64 hexadecimal digits. */
                                    binding: string;
                                    by: {
                                        /** @description Its name, or the rule Tidemark followed. */
                                        id: string;
                                        /**
                                         * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                         * @enum {string}
                                         */
                                        kind: "person" | "policy" | "responder" | "system";
                                    };
                                    /** @description Who made the link that it was approved by, where that was somebody else. */
                                    linkBy?: string;
                                }[];
                                /** @description What stops working, by the responder. */
                                breaks: string;
                                containment?: {
                                    /**
                                     * Format: date-time
                                     * @description Time up to which activities were looked at.
                                     */
                                    judgedUpTo: string;
                                    /**
                                     * Format: date-time
                                     * @description Event time of the last successful activity after the dispatch.
                                     */
                                    lastSuccessAt?: string;
                                    /**
                                     * @description Still being watched, quiet since, or still successful.
                                     * @enum {string}
                                     */
                                    status: "watching" | "silent" | "leaking";
                                    /** @description Successful activities seen after the dispatch, at the most. */
                                    successes: number;
                                    /** @description From dispatch to the last success, once it has been quiet for `respond.quietMs`. */
                                    timeToSilenceMs?: number;
                                };
                                /** @description What its alert showed when it was proposed: what comes later is proposed anew. */
                                covers?: {
                                    /** @description Its evidence. */
                                    evidence: {
                                        /** @description Field of the evidence. */
                                        field: string;
                                        /** @description What was seen in it. */
                                        seen: string;
                                    }[];
                                    /**
                                     * @description How severe it was.
                                     * @enum {string}
                                     */
                                    severity: "info" | "low" | "medium" | "high" | "critical";
                                    /** @description Version of the alert. */
                                    version: number;
                                };
                                /**
                                 * Format: date-time
                                 * @description When the order was given to the responder.
                                 */
                                dispatchedAt?: string;
                                /**
                                 * Format: date-time
                                 * @description From then on it can be neither approved nor dispatched.
                                 */
                                expiresAt: string;
                                /** @description What went wrong at the last attempt. */
                                failure?: string;
                                /** @description An invariant was broken; independent families of evidence. What an automatic approval rests on. */
                                grounds: {
                                    /** @description How many independent families of evidence there are. */
                                    families: number;
                                    /** @description Whether an invariant was broken. */
                                    invariant: boolean;
                                };
                                /** @description Id of the suspension. */
                                id: string;
                                identity: {
                                    /** @description Account, cluster or organisation it belongs to. */
                                    account?: string;
                                    /** @description The identity that is acted on. */
                                    id: string;
                                    /**
                                     * @description What sort of identity it is.
                                     * @enum {string}
                                     */
                                    kind: "service-account" | "role" | "workload" | "api-key" | "oauth-app" | "bot" | "agent" | "provider-service" | "human" | "unknown";
                                    /** @description Who knows it by this id. */
                                    provider?: string;
                                };
                                /**
                                 * Format: date-time
                                 * @description When it lifts itself; absent where it cannot be undone.
                                 */
                                liftAt?: string;
                                liftRequested?: {
                                    /**
                                     * Format: date-time
                                     * @description When the lift was asked for.
                                     */
                                    at: string;
                                    by: {
                                        /** @description Its name, or the rule Tidemark followed. */
                                        id: string;
                                        /**
                                         * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                         * @enum {string}
                                         */
                                        kind: "person" | "policy" | "responder" | "system";
                                    };
                                    /** @description Why, in words. */
                                    why: string;
                                };
                                /** @description Who answers for it, by the inventory. */
                                owner?: string;
                                /** @description What the responder needs beyond the target, resolved before anyone approves. */
                                parameters: {
                                    [key: string]: string;
                                };
                                policy: {
                                    /** @description Distinct people needed; two for tier 0 in any case. */
                                    approvals: number;
                                    /**
                                     * @description How far it lets Tidemark go by itself.
                                     * @enum {string}
                                     */
                                    mode: "observe" | "recommend" | "approve" | "automatic";
                                    /** @description Name of the policy. */
                                    name: string;
                                };
                                /** @description Why it was asked for, in words. */
                                reason: string;
                                rejected?: {
                                    /**
                                     * Format: date-time
                                     * @description When it was rejected.
                                     */
                                    at: string;
                                    by: {
                                        /** @description Its name, or the rule Tidemark followed. */
                                        id: string;
                                        /**
                                         * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                         * @enum {string}
                                         */
                                        kind: "person" | "policy" | "responder" | "system";
                                    };
                                    /** @description Why, in words. */
                                    why: string;
                                };
                                /**
                                 * Format: date-time
                                 * @description When it was asked for.
                                 */
                                requestedAt: string;
                                requestedBy: {
                                    /** @description Its name, or the rule Tidemark followed. */
                                    id: string;
                                    /**
                                     * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                     * @enum {string}
                                     */
                                    kind: "person" | "policy" | "responder" | "system";
                                };
                                /** @description Responder instance that acts; without one nothing can be dispatched. */
                                responder?: string;
                                /** @description Whether the responder can take it back. */
                                reversible: boolean;
                                /**
                                 * @description Where it stands.
                                 * @enum {string}
                                 */
                                state: "recommended" | "approved" | "rejected" | "expired" | "dispatched" | "confirmed" | "failed" | "lifted";
                                target: {
                                    /** @description Which one. */
                                    id: string;
                                    /**
                                     * @description What it is done to.
                                     * @enum {string}
                                     */
                                    kind: "identity" | "credential" | "session" | "scope";
                                };
                                /** @description Whose suspension it is. */
                                tenant: string;
                                /** @description 0 = the company stops without it. */
                                tier?: number;
                                /** @description From dispatch to the automatic lift. */
                                ttlMs: number;
                                /** @description Shared by everything with one cause: alerts, tokens, suspensions. */
                                txn: string;
                                /**
                                 * Format: date-time
                                 * @description When the state last changed.
                                 */
                                updatedAt: string;
                            }[];
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Ask for a suspension of your own; it needs approval like any other. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        action: "step-up" | "rotate-credential" | "revoke-session" | "narrow-scope" | "suspend-identity";
                        alertId?: string;
                        identity: {
                            /** @description Account, cluster or organisation it belongs to. */
                            account?: string;
                            id: string;
                            /**
                             * @default unknown
                             * @enum {string}
                             */
                            kind?: "service-account" | "role" | "workload" | "api-key" | "oauth-app" | "bot" | "agent" | "provider-service" | "human" | "unknown";
                            /** @description Who knows it by this id. */
                            provider?: string;
                        };
                        /**
                         * @description What the responder needs beyond the target, resolved before anyone approves.
                         * @default {}
                         */
                        parameters?: {
                            [key: string]: string;
                        };
                        /** @description The identity unless given. */
                        target?: {
                            /** @description Which one. */
                            id: string;
                            /**
                             * @description What it is done to.
                             * @enum {string}
                             */
                            kind: "identity" | "credential" | "session" | "scope";
                        };
                        ttlMs?: number;
                        /** @description Why, for the audit trail. */
                        why: string;
                    } | {
                        data: Record<string, never>;
                        /** Format: date-time */
                        timestamp?: string;
                        /** @enum {unknown} */
                        type: "suspension.request";
                    };
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /**
                             * @description What is done.
                             * @enum {string}
                             */
                            action: "step-up" | "rotate-credential" | "revoke-session" | "narrow-scope" | "suspend-identity";
                            /** @description Alert that gave rise to it. */
                            alertId?: string;
                            /** @description Who approved it. */
                            approvals: {
                                /**
                                 * Format: date-time
                                 * @description When it was approved, by the clock of the process.
                                 */
                                at: string;
                                /** @description SHA-256 of exactly what was approved, as 64 hexadecimal digits. */
                                binding: string;
                                by: {
                                    /** @description Its name, or the rule Tidemark followed. */
                                    id: string;
                                    /**
                                     * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                     * @enum {string}
                                     */
                                    kind: "person" | "policy" | "responder" | "system";
                                };
                                /** @description Who made the link that it was approved by, where that was somebody else. */
                                linkBy?: string;
                            }[];
                            /** @description What stops working, by the responder. */
                            breaks: string;
                            containment?: {
                                /**
                                 * Format: date-time
                                 * @description Time up to which activities were looked at.
                                 */
                                judgedUpTo: string;
                                /**
                                 * Format: date-time
                                 * @description Event time of the last successful activity after the dispatch.
                                 */
                                lastSuccessAt?: string;
                                /**
                                 * @description Still being watched, quiet since, or still successful.
                                 * @enum {string}
                                 */
                                status: "watching" | "silent" | "leaking";
                                /** @description Successful activities seen after the dispatch, at the most. */
                                successes: number;
                                /** @description From dispatch to the last success, once it has been quiet for `respond.quietMs`. */
                                timeToSilenceMs?: number;
                            };
                            /** @description What its alert showed when it was proposed: what comes later is proposed anew. */
                            covers?: {
                                /** @description Its evidence. */
                                evidence: {
                                    /** @description Field of the evidence. */
                                    field: string;
                                    /** @description What was seen in it. */
                                    seen: string;
                                }[];
                                /**
                                 * @description How severe it was.
                                 * @enum {string}
                                 */
                                severity: "info" | "low" | "medium" | "high" | "critical";
                                /** @description Version of the alert. */
                                version: number;
                            };
                            /**
                             * Format: date-time
                             * @description When the order was given to the responder.
                             */
                            dispatchedAt?: string;
                            /**
                             * Format: date-time
                             * @description From then on it can be neither approved nor dispatched.
                             */
                            expiresAt: string;
                            /** @description What went wrong at the last attempt. */
                            failure?: string;
                            /** @description An invariant was broken; independent families of evidence. What an automatic approval rests on. */
                            grounds: {
                                /** @description How many independent families of evidence there are. */
                                families: number;
                                /** @description Whether an invariant was broken. */
                                invariant: boolean;
                            };
                            /** @description Id of the suspension. */
                            id: string;
                            identity: {
                                /** @description Account, cluster or organisation it belongs to. */
                                account?: string;
                                /** @description The identity that is acted on. */
                                id: string;
                                /**
                                 * @description What sort of identity it is.
                                 * @enum {string}
                                 */
                                kind: "service-account" | "role" | "workload" | "api-key" | "oauth-app" | "bot" | "agent" | "provider-service" | "human" | "unknown";
                                /** @description Who knows it by this id. */
                                provider?: string;
                            };
                            /**
                             * Format: date-time
                             * @description When it lifts itself; absent where it cannot be undone.
                             */
                            liftAt?: string;
                            liftRequested?: {
                                /**
                                 * Format: date-time
                                 * @description When the lift was asked for.
                                 */
                                at: string;
                                by: {
                                    /** @description Its name, or the rule Tidemark followed. */
                                    id: string;
                                    /**
                                     * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                     * @enum {string}
                                     */
                                    kind: "person" | "policy" | "responder" | "system";
                                };
                                /** @description Why, in words. */
                                why: string;
                            };
                            /** @description Who answers for it, by the inventory. */
                            owner?: string;
                            /** @description What the responder needs beyond the target, resolved before anyone approves. */
                            parameters: {
                                [key: string]: string;
                            };
                            policy: {
                                /** @description Distinct people needed; two for tier 0 in any case. */
                                approvals: number;
                                /**
                                 * @description How far it lets Tidemark go by itself.
                                 * @enum {string}
                                 */
                                mode: "observe" | "recommend" | "approve" | "automatic";
                                /** @description Name of the policy. */
                                name: string;
                            };
                            /** @description Why it was asked for, in words. */
                            reason: string;
                            rejected?: {
                                /**
                                 * Format: date-time
                                 * @description When it was rejected.
                                 */
                                at: string;
                                by: {
                                    /** @description Its name, or the rule Tidemark followed. */
                                    id: string;
                                    /**
                                     * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                     * @enum {string}
                                     */
                                    kind: "person" | "policy" | "responder" | "system";
                                };
                                /** @description Why, in words. */
                                why: string;
                            };
                            /**
                             * Format: date-time
                             * @description When it was asked for.
                             */
                            requestedAt: string;
                            requestedBy: {
                                /** @description Its name, or the rule Tidemark followed. */
                                id: string;
                                /**
                                 * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                 * @enum {string}
                                 */
                                kind: "person" | "policy" | "responder" | "system";
                            };
                            /** @description Responder instance that acts; without one nothing can be dispatched. */
                            responder?: string;
                            /** @description Whether the responder can take it back. */
                            reversible: boolean;
                            /**
                             * @description Where it stands.
                             * @enum {string}
                             */
                            state: "recommended" | "approved" | "rejected" | "expired" | "dispatched" | "confirmed" | "failed" | "lifted";
                            target: {
                                /** @description Which one. */
                                id: string;
                                /**
                                 * @description What it is done to.
                                 * @enum {string}
                                 */
                                kind: "identity" | "credential" | "session" | "scope";
                            };
                            /** @description Whose suspension it is. */
                            tenant: string;
                            /** @description 0 = the company stops without it. */
                            tier?: number;
                            /** @description From dispatch to the automatic lift. */
                            ttlMs: number;
                            /** @description Shared by everything with one cause: alerts, tokens, suspensions. */
                            txn: string;
                            /**
                             * Format: date-time
                             * @description When the state last changed.
                             */
                            updatedAt: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/suspensions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One suspension with a dry run: what it would stop, and what speaks against it now. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description What speaks against dispatching it now. */
                            objections: string[];
                            preview: {
                                anHour: number;
                                binding: string;
                            } & {
                                [key: string]: unknown;
                            };
                            /** @description What is to be done around it, in order, as a list to tick. */
                            steps: {
                                /** @enum {string} */
                                phase: "confirm" | "clean up" | "lift";
                                says: string;
                            }[];
                            /** Suspension */
                            suspension: {
                                /**
                                 * @description What is done.
                                 * @enum {string}
                                 */
                                action: "step-up" | "rotate-credential" | "revoke-session" | "narrow-scope" | "suspend-identity";
                                /** @description Alert that gave rise to it. */
                                alertId?: string;
                                /** @description Who approved it. */
                                approvals: {
                                    /**
                                     * Format: date-time
                                     * @description When it was approved, by the clock of the process.
                                     */
                                    at: string;
                                    /** @description SHA-256 of exactly what was approved, as 64 hexadecimal digits. */
                                    binding: string;
                                    by: {
                                        /** @description Its name, or the rule Tidemark followed. */
                                        id: string;
                                        /**
                                         * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                         * @enum {string}
                                         */
                                        kind: "person" | "policy" | "responder" | "system";
                                    };
                                    /** @description Who made the link that it was approved by, where that was somebody else. */
                                    linkBy?: string;
                                }[];
                                /** @description What stops working, by the responder. */
                                breaks: string;
                                containment?: {
                                    /**
                                     * Format: date-time
                                     * @description Time up to which activities were looked at.
                                     */
                                    judgedUpTo: string;
                                    /**
                                     * Format: date-time
                                     * @description Event time of the last successful activity after the dispatch.
                                     */
                                    lastSuccessAt?: string;
                                    /**
                                     * @description Still being watched, quiet since, or still successful.
                                     * @enum {string}
                                     */
                                    status: "watching" | "silent" | "leaking";
                                    /** @description Successful activities seen after the dispatch, at the most. */
                                    successes: number;
                                    /** @description From dispatch to the last success, once it has been quiet for `respond.quietMs`. */
                                    timeToSilenceMs?: number;
                                };
                                /** @description What its alert showed when it was proposed: what comes later is proposed anew. */
                                covers?: {
                                    /** @description Its evidence. */
                                    evidence: {
                                        /** @description Field of the evidence. */
                                        field: string;
                                        /** @description What was seen in it. */
                                        seen: string;
                                    }[];
                                    /**
                                     * @description How severe it was.
                                     * @enum {string}
                                     */
                                    severity: "info" | "low" | "medium" | "high" | "critical";
                                    /** @description Version of the alert. */
                                    version: number;
                                };
                                /**
                                 * Format: date-time
                                 * @description When the order was given to the responder.
                                 */
                                dispatchedAt?: string;
                                /**
                                 * Format: date-time
                                 * @description From then on it can be neither approved nor dispatched.
                                 */
                                expiresAt: string;
                                /** @description What went wrong at the last attempt. */
                                failure?: string;
                                /** @description An invariant was broken; independent families of evidence. What an automatic approval rests on. */
                                grounds: {
                                    /** @description How many independent families of evidence there are. */
                                    families: number;
                                    /** @description Whether an invariant was broken. */
                                    invariant: boolean;
                                };
                                /** @description Id of the suspension. */
                                id: string;
                                identity: {
                                    /** @description Account, cluster or organisation it belongs to. */
                                    account?: string;
                                    /** @description The identity that is acted on. */
                                    id: string;
                                    /**
                                     * @description What sort of identity it is.
                                     * @enum {string}
                                     */
                                    kind: "service-account" | "role" | "workload" | "api-key" | "oauth-app" | "bot" | "agent" | "provider-service" | "human" | "unknown";
                                    /** @description Who knows it by this id. */
                                    provider?: string;
                                };
                                /**
                                 * Format: date-time
                                 * @description When it lifts itself; absent where it cannot be undone.
                                 */
                                liftAt?: string;
                                liftRequested?: {
                                    /**
                                     * Format: date-time
                                     * @description When the lift was asked for.
                                     */
                                    at: string;
                                    by: {
                                        /** @description Its name, or the rule Tidemark followed. */
                                        id: string;
                                        /**
                                         * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                         * @enum {string}
                                         */
                                        kind: "person" | "policy" | "responder" | "system";
                                    };
                                    /** @description Why, in words. */
                                    why: string;
                                };
                                /** @description Who answers for it, by the inventory. */
                                owner?: string;
                                /** @description What the responder needs beyond the target, resolved before anyone approves. */
                                parameters: {
                                    [key: string]: string;
                                };
                                policy: {
                                    /** @description Distinct people needed; two for tier 0 in any case. */
                                    approvals: number;
                                    /**
                                     * @description How far it lets Tidemark go by itself.
                                     * @enum {string}
                                     */
                                    mode: "observe" | "recommend" | "approve" | "automatic";
                                    /** @description Name of the policy. */
                                    name: string;
                                };
                                /** @description Why it was asked for, in words. */
                                reason: string;
                                rejected?: {
                                    /**
                                     * Format: date-time
                                     * @description When it was rejected.
                                     */
                                    at: string;
                                    by: {
                                        /** @description Its name, or the rule Tidemark followed. */
                                        id: string;
                                        /**
                                         * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                         * @enum {string}
                                         */
                                        kind: "person" | "policy" | "responder" | "system";
                                    };
                                    /** @description Why, in words. */
                                    why: string;
                                };
                                /**
                                 * Format: date-time
                                 * @description When it was asked for.
                                 */
                                requestedAt: string;
                                requestedBy: {
                                    /** @description Its name, or the rule Tidemark followed. */
                                    id: string;
                                    /**
                                     * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                     * @enum {string}
                                     */
                                    kind: "person" | "policy" | "responder" | "system";
                                };
                                /** @description Responder instance that acts; without one nothing can be dispatched. */
                                responder?: string;
                                /** @description Whether the responder can take it back. */
                                reversible: boolean;
                                /**
                                 * @description Where it stands.
                                 * @enum {string}
                                 */
                                state: "recommended" | "approved" | "rejected" | "expired" | "dispatched" | "confirmed" | "failed" | "lifted";
                                target: {
                                    /** @description Which one. */
                                    id: string;
                                    /**
                                     * @description What it is done to.
                                     * @enum {string}
                                     */
                                    kind: "identity" | "credential" | "session" | "scope";
                                };
                                /** @description Whose suspension it is. */
                                tenant: string;
                                /** @description 0 = the company stops without it. */
                                tier?: number;
                                /** @description From dispatch to the automatic lift. */
                                ttlMs: number;
                                /** @description Shared by everything with one cause: alerts, tokens, suspensions. */
                                txn: string;
                                /**
                                 * Format: date-time
                                 * @description When the state last changed.
                                 */
                                updatedAt: string;
                            };
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/suspensions/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approve exactly what was looked at, once. The name of the token or key is the person who approves. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description `preview.binding` as it was looked at: what has changed since was not approved. */
                        binding: string;
                        /** @description Why, for the audit trail. */
                        why: string;
                    } | {
                        data: Record<string, never>;
                        /** Format: date-time */
                        timestamp?: string;
                        /** @enum {unknown} */
                        type: "suspension.approve";
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /**
                             * @description What is done.
                             * @enum {string}
                             */
                            action: "step-up" | "rotate-credential" | "revoke-session" | "narrow-scope" | "suspend-identity";
                            /** @description Alert that gave rise to it. */
                            alertId?: string;
                            /** @description Who approved it. */
                            approvals: {
                                /**
                                 * Format: date-time
                                 * @description When it was approved, by the clock of the process.
                                 */
                                at: string;
                                /** @description SHA-256 of exactly what was approved, as 64 hexadecimal digits. */
                                binding: string;
                                by: {
                                    /** @description Its name, or the rule Tidemark followed. */
                                    id: string;
                                    /**
                                     * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                     * @enum {string}
                                     */
                                    kind: "person" | "policy" | "responder" | "system";
                                };
                                /** @description Who made the link that it was approved by, where that was somebody else. */
                                linkBy?: string;
                            }[];
                            /** @description What stops working, by the responder. */
                            breaks: string;
                            containment?: {
                                /**
                                 * Format: date-time
                                 * @description Time up to which activities were looked at.
                                 */
                                judgedUpTo: string;
                                /**
                                 * Format: date-time
                                 * @description Event time of the last successful activity after the dispatch.
                                 */
                                lastSuccessAt?: string;
                                /**
                                 * @description Still being watched, quiet since, or still successful.
                                 * @enum {string}
                                 */
                                status: "watching" | "silent" | "leaking";
                                /** @description Successful activities seen after the dispatch, at the most. */
                                successes: number;
                                /** @description From dispatch to the last success, once it has been quiet for `respond.quietMs`. */
                                timeToSilenceMs?: number;
                            };
                            /** @description What its alert showed when it was proposed: what comes later is proposed anew. */
                            covers?: {
                                /** @description Its evidence. */
                                evidence: {
                                    /** @description Field of the evidence. */
                                    field: string;
                                    /** @description What was seen in it. */
                                    seen: string;
                                }[];
                                /**
                                 * @description How severe it was.
                                 * @enum {string}
                                 */
                                severity: "info" | "low" | "medium" | "high" | "critical";
                                /** @description Version of the alert. */
                                version: number;
                            };
                            /**
                             * Format: date-time
                             * @description When the order was given to the responder.
                             */
                            dispatchedAt?: string;
                            /**
                             * Format: date-time
                             * @description From then on it can be neither approved nor dispatched.
                             */
                            expiresAt: string;
                            /** @description What went wrong at the last attempt. */
                            failure?: string;
                            /** @description An invariant was broken; independent families of evidence. What an automatic approval rests on. */
                            grounds: {
                                /** @description How many independent families of evidence there are. */
                                families: number;
                                /** @description Whether an invariant was broken. */
                                invariant: boolean;
                            };
                            /** @description Id of the suspension. */
                            id: string;
                            identity: {
                                /** @description Account, cluster or organisation it belongs to. */
                                account?: string;
                                /** @description The identity that is acted on. */
                                id: string;
                                /**
                                 * @description What sort of identity it is.
                                 * @enum {string}
                                 */
                                kind: "service-account" | "role" | "workload" | "api-key" | "oauth-app" | "bot" | "agent" | "provider-service" | "human" | "unknown";
                                /** @description Who knows it by this id. */
                                provider?: string;
                            };
                            /**
                             * Format: date-time
                             * @description When it lifts itself; absent where it cannot be undone.
                             */
                            liftAt?: string;
                            liftRequested?: {
                                /**
                                 * Format: date-time
                                 * @description When the lift was asked for.
                                 */
                                at: string;
                                by: {
                                    /** @description Its name, or the rule Tidemark followed. */
                                    id: string;
                                    /**
                                     * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                     * @enum {string}
                                     */
                                    kind: "person" | "policy" | "responder" | "system";
                                };
                                /** @description Why, in words. */
                                why: string;
                            };
                            /** @description Who answers for it, by the inventory. */
                            owner?: string;
                            /** @description What the responder needs beyond the target, resolved before anyone approves. */
                            parameters: {
                                [key: string]: string;
                            };
                            policy: {
                                /** @description Distinct people needed; two for tier 0 in any case. */
                                approvals: number;
                                /**
                                 * @description How far it lets Tidemark go by itself.
                                 * @enum {string}
                                 */
                                mode: "observe" | "recommend" | "approve" | "automatic";
                                /** @description Name of the policy. */
                                name: string;
                            };
                            /** @description Why it was asked for, in words. */
                            reason: string;
                            rejected?: {
                                /**
                                 * Format: date-time
                                 * @description When it was rejected.
                                 */
                                at: string;
                                by: {
                                    /** @description Its name, or the rule Tidemark followed. */
                                    id: string;
                                    /**
                                     * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                     * @enum {string}
                                     */
                                    kind: "person" | "policy" | "responder" | "system";
                                };
                                /** @description Why, in words. */
                                why: string;
                            };
                            /**
                             * Format: date-time
                             * @description When it was asked for.
                             */
                            requestedAt: string;
                            requestedBy: {
                                /** @description Its name, or the rule Tidemark followed. */
                                id: string;
                                /**
                                 * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                 * @enum {string}
                                 */
                                kind: "person" | "policy" | "responder" | "system";
                            };
                            /** @description Responder instance that acts; without one nothing can be dispatched. */
                            responder?: string;
                            /** @description Whether the responder can take it back. */
                            reversible: boolean;
                            /**
                             * @description Where it stands.
                             * @enum {string}
                             */
                            state: "recommended" | "approved" | "rejected" | "expired" | "dispatched" | "confirmed" | "failed" | "lifted";
                            target: {
                                /** @description Which one. */
                                id: string;
                                /**
                                 * @description What it is done to.
                                 * @enum {string}
                                 */
                                kind: "identity" | "credential" | "session" | "scope";
                            };
                            /** @description Whose suspension it is. */
                            tenant: string;
                            /** @description 0 = the company stops without it. */
                            tier?: number;
                            /** @description From dispatch to the automatic lift. */
                            ttlMs: number;
                            /** @description Shared by everything with one cause: alerts, tokens, suspensions. */
                            txn: string;
                            /**
                             * Format: date-time
                             * @description When the state last changed.
                             */
                            updatedAt: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/suspensions/{id}/lift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Undo it before its time. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Why, for the audit trail. */
                        why: string;
                    } | {
                        data: Record<string, never>;
                        /** Format: date-time */
                        timestamp?: string;
                        /** @enum {unknown} */
                        type: "suspension.lift";
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /**
                             * @description What is done.
                             * @enum {string}
                             */
                            action: "step-up" | "rotate-credential" | "revoke-session" | "narrow-scope" | "suspend-identity";
                            /** @description Alert that gave rise to it. */
                            alertId?: string;
                            /** @description Who approved it. */
                            approvals: {
                                /**
                                 * Format: date-time
                                 * @description When it was approved, by the clock of the process.
                                 */
                                at: string;
                                /** @description SHA-256 of exactly what was approved, as 64 hexadecimal digits. */
                                binding: string;
                                by: {
                                    /** @description Its name, or the rule Tidemark followed. */
                                    id: string;
                                    /**
                                     * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                     * @enum {string}
                                     */
                                    kind: "person" | "policy" | "responder" | "system";
                                };
                                /** @description Who made the link that it was approved by, where that was somebody else. */
                                linkBy?: string;
                            }[];
                            /** @description What stops working, by the responder. */
                            breaks: string;
                            containment?: {
                                /**
                                 * Format: date-time
                                 * @description Time up to which activities were looked at.
                                 */
                                judgedUpTo: string;
                                /**
                                 * Format: date-time
                                 * @description Event time of the last successful activity after the dispatch.
                                 */
                                lastSuccessAt?: string;
                                /**
                                 * @description Still being watched, quiet since, or still successful.
                                 * @enum {string}
                                 */
                                status: "watching" | "silent" | "leaking";
                                /** @description Successful activities seen after the dispatch, at the most. */
                                successes: number;
                                /** @description From dispatch to the last success, once it has been quiet for `respond.quietMs`. */
                                timeToSilenceMs?: number;
                            };
                            /** @description What its alert showed when it was proposed: what comes later is proposed anew. */
                            covers?: {
                                /** @description Its evidence. */
                                evidence: {
                                    /** @description Field of the evidence. */
                                    field: string;
                                    /** @description What was seen in it. */
                                    seen: string;
                                }[];
                                /**
                                 * @description How severe it was.
                                 * @enum {string}
                                 */
                                severity: "info" | "low" | "medium" | "high" | "critical";
                                /** @description Version of the alert. */
                                version: number;
                            };
                            /**
                             * Format: date-time
                             * @description When the order was given to the responder.
                             */
                            dispatchedAt?: string;
                            /**
                             * Format: date-time
                             * @description From then on it can be neither approved nor dispatched.
                             */
                            expiresAt: string;
                            /** @description What went wrong at the last attempt. */
                            failure?: string;
                            /** @description An invariant was broken; independent families of evidence. What an automatic approval rests on. */
                            grounds: {
                                /** @description How many independent families of evidence there are. */
                                families: number;
                                /** @description Whether an invariant was broken. */
                                invariant: boolean;
                            };
                            /** @description Id of the suspension. */
                            id: string;
                            identity: {
                                /** @description Account, cluster or organisation it belongs to. */
                                account?: string;
                                /** @description The identity that is acted on. */
                                id: string;
                                /**
                                 * @description What sort of identity it is.
                                 * @enum {string}
                                 */
                                kind: "service-account" | "role" | "workload" | "api-key" | "oauth-app" | "bot" | "agent" | "provider-service" | "human" | "unknown";
                                /** @description Who knows it by this id. */
                                provider?: string;
                            };
                            /**
                             * Format: date-time
                             * @description When it lifts itself; absent where it cannot be undone.
                             */
                            liftAt?: string;
                            liftRequested?: {
                                /**
                                 * Format: date-time
                                 * @description When the lift was asked for.
                                 */
                                at: string;
                                by: {
                                    /** @description Its name, or the rule Tidemark followed. */
                                    id: string;
                                    /**
                                     * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                     * @enum {string}
                                     */
                                    kind: "person" | "policy" | "responder" | "system";
                                };
                                /** @description Why, in words. */
                                why: string;
                            };
                            /** @description Who answers for it, by the inventory. */
                            owner?: string;
                            /** @description What the responder needs beyond the target, resolved before anyone approves. */
                            parameters: {
                                [key: string]: string;
                            };
                            policy: {
                                /** @description Distinct people needed; two for tier 0 in any case. */
                                approvals: number;
                                /**
                                 * @description How far it lets Tidemark go by itself.
                                 * @enum {string}
                                 */
                                mode: "observe" | "recommend" | "approve" | "automatic";
                                /** @description Name of the policy. */
                                name: string;
                            };
                            /** @description Why it was asked for, in words. */
                            reason: string;
                            rejected?: {
                                /**
                                 * Format: date-time
                                 * @description When it was rejected.
                                 */
                                at: string;
                                by: {
                                    /** @description Its name, or the rule Tidemark followed. */
                                    id: string;
                                    /**
                                     * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                     * @enum {string}
                                     */
                                    kind: "person" | "policy" | "responder" | "system";
                                };
                                /** @description Why, in words. */
                                why: string;
                            };
                            /**
                             * Format: date-time
                             * @description When it was asked for.
                             */
                            requestedAt: string;
                            requestedBy: {
                                /** @description Its name, or the rule Tidemark followed. */
                                id: string;
                                /**
                                 * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                 * @enum {string}
                                 */
                                kind: "person" | "policy" | "responder" | "system";
                            };
                            /** @description Responder instance that acts; without one nothing can be dispatched. */
                            responder?: string;
                            /** @description Whether the responder can take it back. */
                            reversible: boolean;
                            /**
                             * @description Where it stands.
                             * @enum {string}
                             */
                            state: "recommended" | "approved" | "rejected" | "expired" | "dispatched" | "confirmed" | "failed" | "lifted";
                            target: {
                                /** @description Which one. */
                                id: string;
                                /**
                                 * @description What it is done to.
                                 * @enum {string}
                                 */
                                kind: "identity" | "credential" | "session" | "scope";
                            };
                            /** @description Whose suspension it is. */
                            tenant: string;
                            /** @description 0 = the company stops without it. */
                            tier?: number;
                            /** @description From dispatch to the automatic lift. */
                            ttlMs: number;
                            /** @description Shared by everything with one cause: alerts, tokens, suspensions. */
                            txn: string;
                            /**
                             * Format: date-time
                             * @description When the state last changed.
                             */
                            updatedAt: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/suspensions/{id}/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A link by which one person approves or rejects exactly this, once, without a token. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Who decides with it; somebody other than yourself takes the scope admin. */
                        recipient?: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            expiresAt: string;
                            recipient: string;
                            /** @description A secret: whoever has it may decide in the name of the recipient. */
                            url: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/suspensions/{id}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say no. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Why, for the audit trail. */
                        why: string;
                    } | {
                        data: Record<string, never>;
                        /** Format: date-time */
                        timestamp?: string;
                        /** @enum {unknown} */
                        type: "suspension.reject";
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /**
                             * @description What is done.
                             * @enum {string}
                             */
                            action: "step-up" | "rotate-credential" | "revoke-session" | "narrow-scope" | "suspend-identity";
                            /** @description Alert that gave rise to it. */
                            alertId?: string;
                            /** @description Who approved it. */
                            approvals: {
                                /**
                                 * Format: date-time
                                 * @description When it was approved, by the clock of the process.
                                 */
                                at: string;
                                /** @description SHA-256 of exactly what was approved, as 64 hexadecimal digits. */
                                binding: string;
                                by: {
                                    /** @description Its name, or the rule Tidemark followed. */
                                    id: string;
                                    /**
                                     * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                     * @enum {string}
                                     */
                                    kind: "person" | "policy" | "responder" | "system";
                                };
                                /** @description Who made the link that it was approved by, where that was somebody else. */
                                linkBy?: string;
                            }[];
                            /** @description What stops working, by the responder. */
                            breaks: string;
                            containment?: {
                                /**
                                 * Format: date-time
                                 * @description Time up to which activities were looked at.
                                 */
                                judgedUpTo: string;
                                /**
                                 * Format: date-time
                                 * @description Event time of the last successful activity after the dispatch.
                                 */
                                lastSuccessAt?: string;
                                /**
                                 * @description Still being watched, quiet since, or still successful.
                                 * @enum {string}
                                 */
                                status: "watching" | "silent" | "leaking";
                                /** @description Successful activities seen after the dispatch, at the most. */
                                successes: number;
                                /** @description From dispatch to the last success, once it has been quiet for `respond.quietMs`. */
                                timeToSilenceMs?: number;
                            };
                            /** @description What its alert showed when it was proposed: what comes later is proposed anew. */
                            covers?: {
                                /** @description Its evidence. */
                                evidence: {
                                    /** @description Field of the evidence. */
                                    field: string;
                                    /** @description What was seen in it. */
                                    seen: string;
                                }[];
                                /**
                                 * @description How severe it was.
                                 * @enum {string}
                                 */
                                severity: "info" | "low" | "medium" | "high" | "critical";
                                /** @description Version of the alert. */
                                version: number;
                            };
                            /**
                             * Format: date-time
                             * @description When the order was given to the responder.
                             */
                            dispatchedAt?: string;
                            /**
                             * Format: date-time
                             * @description From then on it can be neither approved nor dispatched.
                             */
                            expiresAt: string;
                            /** @description What went wrong at the last attempt. */
                            failure?: string;
                            /** @description An invariant was broken; independent families of evidence. What an automatic approval rests on. */
                            grounds: {
                                /** @description How many independent families of evidence there are. */
                                families: number;
                                /** @description Whether an invariant was broken. */
                                invariant: boolean;
                            };
                            /** @description Id of the suspension. */
                            id: string;
                            identity: {
                                /** @description Account, cluster or organisation it belongs to. */
                                account?: string;
                                /** @description The identity that is acted on. */
                                id: string;
                                /**
                                 * @description What sort of identity it is.
                                 * @enum {string}
                                 */
                                kind: "service-account" | "role" | "workload" | "api-key" | "oauth-app" | "bot" | "agent" | "provider-service" | "human" | "unknown";
                                /** @description Who knows it by this id. */
                                provider?: string;
                            };
                            /**
                             * Format: date-time
                             * @description When it lifts itself; absent where it cannot be undone.
                             */
                            liftAt?: string;
                            liftRequested?: {
                                /**
                                 * Format: date-time
                                 * @description When the lift was asked for.
                                 */
                                at: string;
                                by: {
                                    /** @description Its name, or the rule Tidemark followed. */
                                    id: string;
                                    /**
                                     * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                     * @enum {string}
                                     */
                                    kind: "person" | "policy" | "responder" | "system";
                                };
                                /** @description Why, in words. */
                                why: string;
                            };
                            /** @description Who answers for it, by the inventory. */
                            owner?: string;
                            /** @description What the responder needs beyond the target, resolved before anyone approves. */
                            parameters: {
                                [key: string]: string;
                            };
                            policy: {
                                /** @description Distinct people needed; two for tier 0 in any case. */
                                approvals: number;
                                /**
                                 * @description How far it lets Tidemark go by itself.
                                 * @enum {string}
                                 */
                                mode: "observe" | "recommend" | "approve" | "automatic";
                                /** @description Name of the policy. */
                                name: string;
                            };
                            /** @description Why it was asked for, in words. */
                            reason: string;
                            rejected?: {
                                /**
                                 * Format: date-time
                                 * @description When it was rejected.
                                 */
                                at: string;
                                by: {
                                    /** @description Its name, or the rule Tidemark followed. */
                                    id: string;
                                    /**
                                     * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                     * @enum {string}
                                     */
                                    kind: "person" | "policy" | "responder" | "system";
                                };
                                /** @description Why, in words. */
                                why: string;
                            };
                            /**
                             * Format: date-time
                             * @description When it was asked for.
                             */
                            requestedAt: string;
                            requestedBy: {
                                /** @description Its name, or the rule Tidemark followed. */
                                id: string;
                                /**
                                 * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                 * @enum {string}
                                 */
                                kind: "person" | "policy" | "responder" | "system";
                            };
                            /** @description Responder instance that acts; without one nothing can be dispatched. */
                            responder?: string;
                            /** @description Whether the responder can take it back. */
                            reversible: boolean;
                            /**
                             * @description Where it stands.
                             * @enum {string}
                             */
                            state: "recommended" | "approved" | "rejected" | "expired" | "dispatched" | "confirmed" | "failed" | "lifted";
                            target: {
                                /** @description Which one. */
                                id: string;
                                /**
                                 * @description What it is done to.
                                 * @enum {string}
                                 */
                                kind: "identity" | "credential" | "session" | "scope";
                            };
                            /** @description Whose suspension it is. */
                            tenant: string;
                            /** @description 0 = the company stops without it. */
                            tier?: number;
                            /** @description From dispatch to the automatic lift. */
                            ttlMs: number;
                            /** @description Shared by everything with one cause: alerts, tokens, suspensions. */
                            txn: string;
                            /**
                             * Format: date-time
                             * @description When the state last changed.
                             */
                            updatedAt: string;
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/suspensions/{id}/trail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Its rows of the audit chain, in order: what was decided, by whom and why. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            trail: {
                                /**
                                 * Format: date-time
                                 * @description Wall time of the process that wrote it.
                                 */
                                at: string;
                                by: {
                                    /** @description Its name, or the rule Tidemark followed. */
                                    id: string;
                                    /**
                                     * @description What acted: a person, a policy, a responder, or Tidemark itself.
                                     * @enum {string}
                                     */
                                    kind: "person" | "policy" | "responder" | "system";
                                };
                                /** @description The suspension after the event, as canonical JSON. */
                                content: string;
                                /**
                                 * @description What happened.
                                 * @enum {string}
                                 */
                                event: "recommend" | "approve" | "reject" | "expire" | "dispatch" | "confirm" | "fail" | "request-lift" | "lift" | "watch";
                                /**
                                 * @description State before; none for the first row of a suspension.
                                 * @enum {string}
                                 */
                                from: "none" | "recommended" | "approved" | "rejected" | "expired" | "dispatched" | "confirmed" | "failed" | "lifted";
                                /** @description SHA-256 of everything else in the row, `previous` among it. */
                                hash: string;
                                /** @description Hash of the row before; of the first one, zeros. */
                                previous: string;
                                /** @description Place in the chain of the tenant, from 1 without a gap. */
                                seq: number;
                                /** @description Id of the suspension. */
                                suspension: string;
                                /** @description Whose chain it is. */
                                tenant: string;
                                /**
                                 * @description State after.
                                 * @enum {string}
                                 */
                                to: "recommended" | "approved" | "rejected" | "expired" | "dispatched" | "confirmed" | "failed" | "lifted";
                                /** @description Why, in words. */
                                why: string;
                                /** @description Random: of two writers with the very same words one is first. */
                                writer: string;
                            }[];
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/traces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send spans as OTLP exporters do, in protobuf or JSON, plain or gzip. */
        post: {
            parameters: {
                query?: {
                    /** @description Format of the records; auto recognises each. */
                    format?: "auto";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": unknown;
                    "application/x-protobuf": string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            partialSuccess?: {
                                errorMessage: string;
                                rejectedLogRecords?: string;
                                rejectedSpans?: string;
                            };
                        };
                    };
                };
                /** @description Not done, and why. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            detail: string;
                            /** @description The next step. */
                            remedy: string;
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: never;
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
