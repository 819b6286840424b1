#if !NET
#nullable enable
using System;

namespace PalabraAI.Programs
{
    /// <summary>An application domain, as hosts on Mono have it.</summary>
    internal static class Host
    {
        // Unload returns when every thread has left the domain.
        internal static Func<bool> Run(string way)
        {
            AppDomain domain = AppDomain.CreateDomain(way);
            domain.ExecuteAssembly(typeof(Program).Assembly.Location, new[] { Program.Inside, way });
            return () =>
            {
                AppDomain.Unload(domain);
                return true;
            };
        }
    }
}
#endif
