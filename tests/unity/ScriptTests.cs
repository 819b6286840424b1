// Scripts that use the binding without a component, in a model of the engine.
using System;
using System.Threading;
using System.Threading.Tasks;
using EngineModel;
using PalabraAI.Unity;
using Xunit;

namespace PalabraAI.Tests
{
    [Collection("engine")]
    public sealed class ScriptTests
    {
        [Fact]
        public void AnAwaitContinuesOnTheMainThread()
        {
            using (new Stage<PalabraSpeaker>())
            {
                int main = Thread.CurrentThread.ManagedThreadId, continued = 0;
                Task talk = Say("good evening", () =>
                {
                    continued++;
                    Check.Equal(Thread.CurrentThread.ManagedThreadId, main, "the thread of what follows an await");
                });
                Frames(() => talk.IsCompleted);
                talk.GetAwaiter().GetResult();
                Check.That(continued > 3, "it continued " + continued + " times");
            }
        }

        private static async Task Say(string text, Action continued)
        {
            using (var client = new PalabraClient(Stage<PalabraSpeaker>.Client("demo")))
            using (TtsSession session = await client.OpenTtsAsync(new TtsOptions { Language = "en" }))
            {
                continued();
                session.SendText(text, true);
                await foreach (PalabraEvent told in session.ReadEventsAsync())
                {
                    continued();
                    if (told is AudioEvent speech && speech.IsLast)
                        session.End();
                }
                continued();
            }
        }

        private static void Frames(Func<bool> until)
        {
            Check.That(Talk.Within(Talk.PatienceMs, () =>
            {
                Engine.Frame();
                return until();
            }), "it did not come about in time");
        }
    }
}
