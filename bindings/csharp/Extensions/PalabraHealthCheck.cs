// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace PalabraAI.Extensions;

/// <summary>Whether the service answers and accepts the credentials.</summary>
internal sealed class PalabraHealthCheck(
    PalabraClient client, IOptions<PalabraHostingOptions> options, IHostApplicationLifetime life, TimeProvider time) : IHealthCheck, IDisposable
{
    private readonly SemaphoreSlim turn = new(1);
    private (HealthCheckResult Result, long When)? last;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (life.ApplicationStopping.IsCancellationRequested)
            return new HealthCheckResult(context.Registration.FailureStatus, "the program stops");
        // Many may ask at once: one of them asks the service.
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (last is not { } known || time.GetElapsedTime(known.When) >= options.Value.HealthCacheTime)
                last = known = (await AskAsync(context.Registration.FailureStatus, cancellationToken).ConfigureAwait(false), time.GetTimestamp());
            return known.Result;
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose()
    {
        turn.Dispose();
    }

    private async Task<HealthCheckResult> AskAsync(HealthStatus failure, CancellationToken cancellationToken)
    {
        try
        {
            await client.CheckAsync(cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy("the service answers and accepts the credentials");
        }
        catch (PalabraException error)
        {
            return new HealthCheckResult(failure, error.Message, error);
        }
    }
}
