// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Diagnostics;
using System.Threading.Tasks;
#if NET8_0_OR_GREATER
using PalabraAI.Interop;
#endif

namespace PalabraAI
{
    /// <summary>What takes a while is a span of the ActivitySource "PalabraAI", for who listens to it; on .NET 8 and later.</summary>
    internal static class Spans
    {
#if NET8_0_OR_GREATER
        // A source stays for the whole process: a load context that can be unloaded would not be.
        private static readonly ActivitySource? Source =
            typeof(Spans).IsCollectible ? null : new ActivitySource("PalabraAI", NativeLibraryLoad.BindingVersion);

        internal static Task<T> During<T>(string name, string product, Func<Task<T>> work)
        {
            return Source?.HasListeners() == true ? Listened(name, product, work) : work();
        }

        // Asynchronous, so that the span is the current one of the work alone.
        private static async Task<T> Listened<T>(string name, string product, Func<Task<T>> work)
        {
            using (Activity? span = Source?.StartActivity(name, ActivityKind.Client))
            {
                span?.SetTag("palabra.product", product);
                try
                {
                    T result = await work().ConfigureAwait(false);
                    if (result is PalabraSession session)
                        span?.SetTag("palabra.session", session.Name);
                    return result;
                }
                catch (Exception failure)
                {
                    string type = failure is PalabraException error ? error.Status.ToString() : failure.GetType().Name;
                    span?.SetTag("error.type", type);
                    span?.SetStatus(ActivityStatusCode.Error, failure.Message);
                    throw;
                }
            }
        }
#else
        internal static Task<T> During<T>(string name, string product, Func<Task<T>> work)
        {
            return work();
        }
#endif
    }
}
