// Microphones that come and go, in a model of the engine.
using System.Linq;
using EngineModel;
using PalabraAI.Unity;
using UnityEngine;
using Xunit;

namespace PalabraAI.Tests
{
    [Collection("engine")]
    public sealed class MicrophoneTests
    {
        private const int Rate = Stage<PalabraTranslator>.Rate;

        [Fact]
        public void TheSystemsTakesThePlaceOfOneThatIsPulledOut()
        {
            using (Stage<PalabraTranslator> stage = WithHeadset())
            {
                Hear(Rate / 10);
                Engine.Frame();
                Engine.PullOut("headset");
                Engine.Frame();
                Check.That(Engine.RecordingMicrophones.Single() == "built in", "the system's");
                Check.That(stage.Failed.Single() == PalabraStatus.Io && stage.Texts[0].Contains("takes its place"), string.Join(" ", stage.Texts));
                Engine.Frame();
                Check.Equal(Taken(stage), Rate / 10L, "frames, and nothing of old audio again");
                Hear(Rate / 10);
                Engine.Frame();
                Check.Equal(Taken(stage), 2L * Rate / 10, "frames");
                Check.Equal(stage.Failed.Count, 1, "it is told once");
            }
        }

        [Fact]
        public void OneThatComesBackIsUsed()
        {
            using (Stage<PalabraTranslator> stage = Stage<PalabraTranslator>.Unanswered())
            {
                Engine.PullOut("built in");
                Engine.Frame();
                Check.That(stage.Failed.Single() == PalabraStatus.Io && stage.Texts[0].Contains("nothing is sent"), string.Join(" ", stage.Texts));
                Engine.PlugIn("built in");
                Engine.Frame();
                Check.Equal(Engine.RecordingMicrophones.Count, 0, "it does not look in every frame");
                Engine.Freeze(1);
                Engine.Frame();
                Check.Equal(Engine.RecordingMicrophones.Count, 1, "microphones");
                Hear(Rate / 10);
                Engine.Frame();
                Check.That(Taken(stage) == Rate / 10 && stage.Failed.Count == 1 && stage.Closed.Count == 0, "it goes on");
                stage.Palabra.End();
                Check.Equal(Engine.RecordingMicrophones.Count, 0, "microphones after the end");
            }
        }

        [Fact]
        public void ItsNameMayChangeMeanwhile()
        {
            using (Stage<PalabraTranslator> stage = Stage<PalabraTranslator>.Unanswered())
            {
                Engine.PlugIn("headset");
                stage.Palabra.MicrophoneDevice = "headset";
                Check.That(Engine.RecordingMicrophones.Single() == "headset", string.Join(" ", Engine.RecordingMicrophones));
                Hear(Rate / 10);
                Engine.Frame();
                Check.That(Taken(stage) == Rate / 10 && stage.Failed.Count == 0, "it is heard");
            }
        }

        [Fact]
        public void ATelephoneCallEndsAndBothDevicesAreBack()
        {
            using (Stage<PalabraTranslator> stage = Stage<PalabraTranslator>.Unanswered())
            {
                PalabraTranslator second = new GameObject().AddComponent<PalabraTranslator>();
                second.OpenOnStart = false;
                second.Client = stage.Palabra.Client;
                second.Open();
                Engine.LoseDevices();
                Check.That(!stage.Source.isPlaying, "the system has them");
                Engine.FindDevices();
                Engine.Frame();
                Hear(Rate / 10);
                Engine.Frame();
                Check.That(stage.Source.isPlaying && Taken(stage) == Rate / 10, "it is heard: " + Taken(stage));
                Check.Equal(second.Session.GetStats().InputFramesTaken, Rate / 10L, "and by the second one");
                Check.Equal(stage.Failed.Count, 0, "failures");
                stage.Palabra.Close();
                Check.Equal(Engine.RecordingMicrophones.Count, 1, "the second one listens on");
                second.Close();
                Check.Equal(Engine.RecordingMicrophones.Count, 0, "microphones");
            }
        }

        [Fact]
        public void AnotherWindowInFrontTakesNothingAway()
        {
            foreach (bool isMobile in new[] { false, true })
            {
                using (Stage<PalabraTranslator> stage = Stage<PalabraTranslator>.Unanswered())
                {
                    Engine.IsMobile = isMobile;
                    Hear(Rate / 10);
                    Engine.Focus(false);
                    Hear(Rate / 10);
                    Engine.Focus(true);
                    Hear(Rate / 10);
                    Engine.Frame();
                    // On a phone it is opened anew, as it may be dead.
                    Check.Equal(Taken(stage), (isMobile ? 1L : 3L) * Rate / 10, "frames");
                }
            }
        }

        [Fact]
        public void ASourceThatAScriptStoppedStaysSoAfterATelephoneCall()
        {
            using (Stage<PalabraTranslator> stage = Stage<PalabraTranslator>.Unanswered())
            {
                stage.Source.Stop();
                Engine.LoseDevices();
                Engine.FindDevices();
                Check.That(!stage.Source.isPlaying, "it is the script's");
            }
        }

        private static Stage<PalabraTranslator> WithHeadset()
        {
            Stage<PalabraTranslator> stage = Stage<PalabraTranslator>.Unanswered();
            Engine.PlugIn("headset");
            stage.Palabra.MicrophoneDevice = "headset";
            stage.Palabra.Open();
            return stage;
        }

        private static void Hear(int frames)
        {
            for (int n = 0; n < frames; n++)
                Engine.Hear(0.25f);
        }

        private static long Taken(Stage<PalabraTranslator> stage)
        {
            return stage.Palabra.Session.GetStats().InputFramesTaken;
        }
    }
}
