/** Gives rows of Azure Log Analytics the shape in which the same records come from a diagnostic setting, which the formats read. */

type Fields = Readonly<Record<string, unknown>>;
/** A column of type dynamic: a value, or JSON in a text. Undefined for a text that is none, or holds too much. */
type Inside = (column: unknown) => unknown;

// Columns: Microsoft Learn, "Azure Monitor Logs reference, tables", as in MicrosoftDocs/azure-reference-other of November 2026. `TenantId` is
// the workspace in every table, so that it never tells who acted.

function ofActivity(row: Fields, inside: Inside): Fields {
  return {
    time: row.TimeGenerated,
    category: row.CategoryValue ?? row.Category,
    operationName: row.OperationNameValue ?? row.OperationName,
    resourceId: row._ResourceId ?? row.ResourceId,
    resultType: row.ActivityStatusValue ?? row.ActivityStatus,
    subStatus: row.ActivitySubstatusValue ?? row.ActivitySubstatus,
    callerIpAddress: row.CallerIpAddress,
    caller: row.Caller,
    identity: {
      authorization: inside(row.Authorization_d ?? row.Authorization),
      claims: inside(row.Claims_d ?? row.Claims),
    },
    httpRequest: inside(row.HTTPRequest),
    properties: inside(row.Properties_d ?? row.Properties),
    eventDataId: row.EventDataId,
  };
}

function ofEntraAudit(row: Fields, inside: Inside): Fields {
  return {
    time: row.TimeGenerated,
    category: 'AuditLogs',
    tenantId: row.AADTenantId,
    resourceId: '/providers/Microsoft.aadiam',
    operationName: row.OperationName,
    callerIpAddress: row.CallerIpAddress,
    properties: {
      id: row.Id,
      category: row.Category,
      activityDateTime: row.ActivityDateTime,
      activityDisplayName: row.ActivityDisplayName,
      loggedByService: row.LoggedByService,
      result: row.Result,
      resultReason: row.ResultReason,
      resultDescription: row.ResultDescription,
      initiatedBy: inside(row.InitiatedBy),
      targetResources: inside(row.TargetResources),
      additionalDetails: inside(row.AdditionalDetails),
      userAgent: row.UserAgent,
    },
  };
}

function ofCluster(row: Fields, inside: Inside): Fields {
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    auditID: row.AuditId,
    level: row.Level,
    stage: row.Stage,
    requestURI: row.RequestUri,
    verb: row.Verb,
    user: inside(row.User),
    sourceIPs: inside(row.SourceIps),
    userAgent: row.UserAgent,
    objectRef: inside(row.ObjectRef),
    responseStatus: inside(row.ResponseStatus),
    requestObject: inside(row.RequestObject),
    annotations: inside(row.Annotations),
    requestReceivedTimestamp: row.RequestReceivedTime ?? row.TimeGenerated,
    stageTimestamp: row.StageReceivedTime,
    cluster: typeof row._ResourceId === 'string' ? row._ResourceId.toLowerCase() : undefined,
  };
}

function ofStorage(row: Fields): Fields {
  return {
    time: row.TimeGenerated,
    category: row.Category,
    operationName: row.OperationName,
    resourceId: row._ResourceId,
    statusCode: row.StatusCode,
    statusText: row.StatusText,
    callerIpAddress: row.CallerIpAddress,
    correlationId: row.CorrelationId,
    uri: row.Uri,
    identity: {
      type: row.AuthenticationType,
      tokenHash: row.AuthenticationHash,
      requester: {
        appId: row.RequesterAppId,
        objectId: row.RequesterObjectId,
        tenantId: row.RequesterTenantId,
        upn: row.RequesterUpn,
      },
    },
    properties: {
      accountName: row.AccountName,
      objectKey: row.ObjectKey,
      metricResponseType: row.MetricResponseType,
      serviceType: row.ServiceType,
      userAgentHeader: row.UserAgentHeader,
      requestBodySize: row.RequestBodySize,
      responseBodySize: row.ResponseBodySize,
    },
  };
}

function ofKeyVault(row: Fields, inside: Inside): Fields {
  const properties = inside(row.Properties);
  return {
    time: row.TimeGenerated,
    category: 'AuditEvent',
    operationName: row.OperationName,
    resourceId: row._ResourceId,
    resultType: row.ResultType,
    resultSignature: row.ResultSignature,
    callerIpAddress: row.CallerIpAddress,
    correlationId: row.CorrelationId,
    identity: inside(row.Identity),
    properties: {
      ...(typeof properties === 'object' && properties !== null ? properties : {}),
      id: row.Id,
      requestUri: row.RequestUri,
      httpStatusCode: row.HttpStatusCode,
      clientInfo: row.ClientInfo,
    },
  };
}

/** Rows of other tables are left as they are: formats of sign-ins and of requests to Graph read theirs by their columns. */
const TABLES: Readonly<Record<string, (row: Fields, inside: Inside) => Fields>> = {
  AzureActivity: ofActivity,
  AuditLogs: ofEntraAudit,
  AKSAudit: ofCluster,
  AKSAuditAdmin: ofCluster,
  StorageBlobLogs: ofStorage,
  StorageFileLogs: ofStorage,
  StorageQueueLogs: ofStorage,
  StorageTableLogs: ofStorage,
  AZKVAuditLogs: ofKeyVault,
};

/** The record of a row, as a diagnostic setting would have sent it; undefined for a value that is no row of these tables. */
export function recordOfRow(row: Fields, inside: Inside): Fields | undefined {
  if (typeof row.Type !== 'string' || typeof row.TimeGenerated !== 'string' || !Object.hasOwn(TABLES, row.Type))
    return undefined;
  return TABLES[row.Type]!(row, inside);
}
