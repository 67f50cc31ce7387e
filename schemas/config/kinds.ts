/** Kinds of settings that all parts of the configuration share: each with its default, its bounds and its meaning. */
import { z } from 'zod';

export const MiB = 1024 * 1024;

export const int = (fallback: number, min: number, max: number, description: string) =>
  z.number().int().min(min).max(max).default(fallback).meta({ description });

export const real = (fallback: number, min: number, max: number, description: string) =>
  z.number().min(min).max(max).default(fallback).meta({ description });

export const flag = (fallback: boolean, description: string) => z.boolean().default(fallback).meta({ description });

export const word = (description: string) => z.string().min(1).max(1024).meta({ description });

/** A secret is never in the YAML: only the file that holds it, or an environment variable `..._FILE` naming one. */
export const secretFile = (description: string) =>
  word(`${description} File whose first line is the secret.`).optional();

export const tls = z
  .strictObject({
    enabled: flag(false, 'Speak TLS.'),
    caFile: word('PEM file of the authority to trust instead of the system store.').optional(),
    certFile: word('PEM file of the client certificate.').optional(),
    keyFile: word('PEM file of the client key.').optional(),
    serverName: word('Name to expect in the certificate where it differs from the host.').optional(),
  })
  .prefault({});

/** Over plain http a password or a code could be read on the way: only for a provider or a console on this machine. */
export const secureUrl = (description: string) =>
  z
    .url({ protocol: /^https?$/ })
    .max(1_024)
    .refine(
      (text) => text.startsWith('https:') || /^http:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:|\/|$)/.test(text),
      'is not https, and not on loopback',
    )
    .meta({ description });
