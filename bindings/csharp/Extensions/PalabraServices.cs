// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace PalabraAI.Extensions;

/// <summary>Adds a client to the services of a program.</summary>
public static class PalabraServices
{
    /// <summary>
    /// Adds one <see cref="PalabraClient"/> for the program. When the program begins to stop, the client opens nothing more; what is open
    /// may end within <see cref="PalabraHostingOptions.DrainTimeout"/>. Lines of the library go to the logger "PalabraAI", and its figures
    /// to the Meter "PalabraAI".
    /// </summary>
    /// <param name="services">The services of the program.</param>
    /// <param name="configure">Sets credentials and other settings; what is not set comes from the environment.</param>
    /// <returns>The settings, such as for `Bind(configuration.GetSection("Palabra"))`.</returns>
    public static OptionsBuilder<PalabraClientOptions> AddPalabra(this IServiceCollection services, Action<PalabraClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new PalabraClient(provider.GetRequiredService<IOptions<PalabraClientOptions>>().Value));
        services.TryAddSingleton<PalabraHealthCheck>();
        services.TryAddSingleton<PalabraHost>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, PalabraHost>(provider => provider.GetRequiredService<PalabraHost>()));
        OptionsBuilder<PalabraClientOptions> options = services.AddOptions<PalabraClientOptions>();
        return configure is null ? options : options.Configure(configure);
    }

    /// <summary>
    /// Adds a check for readiness: whether the service answers and accepts the credentials. It opens no session, and asks at most once in
    /// <see cref="PalabraHostingOptions.HealthCacheTime"/>. A client that is drained is not healthy.
    /// </summary>
    /// <param name="builder">The health checks of the program.</param>
    /// <param name="name">Name of the check.</param>
    /// <returns>The same health checks.</returns>
    public static IHealthChecksBuilder AddPalabra(this IHealthChecksBuilder builder, string name = "palabra")
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(name, provider => provider.GetRequiredService<PalabraHealthCheck>(), null, ["ready"]));
    }
}
