#nullable enable
using System;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace PalabraAI.Programs
{
    /// <summary>An AsyncLocal of the flow in which the first wait of the process began is not held by the waiting thread.</summary>
    internal static class ForgottenLocals
    {
        private static readonly AsyncLocal<object?> Request = new AsyncLocal<object?>();

        internal static async Task<bool> Run()
        {
            using var client = new PalabraClient();
            using TranslationSession session = client.OpenTranslation(
                new TranslationOptions { SourceLanguage = "en", TargetLanguages = { "es" }, Input = { Gap = { Policy = GapPolicy.Silence } } });
            WeakReference value = await FirstWait(session);
            for (int n = 0; n < 100 && value.IsAlive; n++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                await Task.Delay(10);
            }
            Console.WriteLine(value.IsAlive ? "held" : "collected");
            return !value.IsAlive;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static Task<WeakReference> FirstWait(TranslationSession session) => Task.Run(async () =>
        {
            var value = new object();
            Request.Value = value;
            var held = new WeakReference(value);
            using var end = new CancellationTokenSource();
            await foreach (PalabraEvent _ in session.ReadEventsAsync(end.Token))
                break;
            Task wait = Wait(session, end.Token);
            await Task.Delay(50);
            end.Cancel();
            await wait;
            return held;
        });

        private static async Task Wait(TranslationSession session, CancellationToken end)
        {
            try
            {
                await foreach (PalabraEvent _ in session.ReadEventsAsync(end))
                    ;
            }
            catch (OperationCanceledException)
            {
            }
        }
    }
}
