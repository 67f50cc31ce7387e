/** Every act has the technique of its own name, and most have none. */
import { describe, expect, it } from 'vitest';
import { techniquesOf } from './attack-techniques.ts';

const of = (name: string) => techniquesOf({ action: { name, service: 'x', access: 'unknown' } });

describe('the technique of an act', () => {
  it.each([
    ['iam:CreateUser', 'T1136.003'],
    ['iam:CreateAccessKey', 'T1098.001'],
    ['iam:AttachUserPolicy', 'T1098.003'],
    ['cloudtrail:StopLogging', 'T1685.002'],
    ['secretsmanager:GetSecretValue', 'T1555.006'],
    ['s3:GetObject', 'T1530'],
    ['lambda:UpdateFunctionCode20150331v2', 'T1648'],
    ['google.iam.admin.v1.CreateServiceAccountKey', 'T1098.001'],
    ['google.logging.v2.ConfigServiceV2.DeleteSink', 'T1685.002'],
    ['microsoft.authorization/roleassignments/write', 'T1098.003'],
    ['microsoft.insights/diagnosticsettings/delete', 'T1685.002'],
    ['create:clusterrolebindings', 'T1098.006'],
    ['create:serviceaccounts/token', 'T1528'],
    ['create:pods/exec', 'T1609'],
    ['deploy_key.create', 'T1098.001'],
  ])('%s is %s', (name, technique) => {
    expect(of(name)).toEqual([technique]);
  });

  it.each([
    'sqs:SendMessage',
    'orders:GetOrder',
    'sts:AssumeRole',
    'iam:CreateInstanceProfile',
    'tools/call:read_file',
    '',
  ])('%j has none', (name) => {
    expect(of(name)).toEqual([]);
  });
});
