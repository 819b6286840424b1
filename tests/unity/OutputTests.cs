// How speech is heard, in a model of the engine: volume and place, other filters, devices that change, pauses of the game.
using System;
using System.Collections.Generic;
using System.Linq;
using EngineModel;
using PalabraAI.Unity;
using UnityEngine;
using Xunit;

namespace PalabraAI.Tests
{
    [Collection("engine")]
    public sealed class OutputTests
    {
        private const int Rate = Stage<PalabraSpeaker>.Rate;
        private static readonly string LongText = new string('a', 60);

        [Fact]
        public void VolumePanAndMuteOfTheSourceHold()
        {
            using (Stage<PalabraSpeaker> stage = Speaking())
            {
                Check.That(Loudest(stage.Audio(), 0) > 0.05f, "it is heard");
                stage.Palabra.OutputVolume = 0.25f;
                float loud = Heard(stage), quiet = Loudest(stage.Audio(), 0);
                Check.That(stage.Source.volume == 0.25f && quiet > 0 && quiet < 0.3f * loud, "a quarter of it: " + quiet + " of " + loud);
                stage.Source.panStereo = 1;
                float[] right = stage.Audio();
                Check.That(Loudest(right, 0) == 0 && Loudest(right, 1) > 0, "only to the right");
                stage.Source.mute = true;
                Check.That(stage.Audio().All(sample => sample == 0), "muted");
                Check.That(Heard(stage) > 0.05f, "a mouth moves for those who see it");
            }
        }

        [Fact]
        public void OtherFiltersGetSpeechFromIt()
        {
            using (Stage<PalabraSpeaker> stage = Speaking())
            {
                Echo echo = stage.Thing.AddComponent<Echo>();
                float[] block = stage.Audio();
                Check.That(echo.Got.SequenceEqual(block) && Loudest(block, 0) > 0.05f, "it is behind the speech");
                Check.That(stage.Source.spatializePostEffects, "and so is a spatializer");
            }
        }

        [Fact]
        public void TheSourceIsAsItWasOnceItIsClosed()
        {
            using (var stage = new Stage<PalabraSpeaker>())
            {
                AudioClip own = AudioClip.Create("the game's", 10, 1, Rate, false);
                stage.Source.clip = own;
                stage.Palabra.Open();
                Check.That(stage.Source.clip != own && Engine.Clips == 2, "the clip of ones");
                stage.Palabra.Close();
                Engine.Frame();
                Check.That(stage.Source.clip == own && !stage.Source.loop && !stage.Source.spatializePostEffects, "its settings");
                Check.That(Engine.Clips == 1 && Engine.Filters(stage.Thing) == 0, "clip and filter are gone");
            }
        }

        [Fact]
        public void TwoComponentsCannotShareASource()
        {
            using (Stage<PalabraTranslator> stage = Stage<PalabraTranslator>.Unanswered())
            {
                PalabraSpeaker second = stage.Thing.AddComponent<PalabraSpeaker>();
                PalabraStatus told = PalabraStatus.Ok;
                second.OpenOnStart = false;
                second.OnClosed.AddListener((status, text) => told = status);
                second.Open();
                Check.That(told == PalabraStatus.Busy && second.Session == null, "it is told: " + told);
                Check.That(stage.Source.isPlaying && Engine.Filters(stage.Thing) == 1, "the first one goes on");
                stage.Palabra.Close();
                second.Client = stage.Palabra.Client;
                second.Open();
                Check.That(second.Session != null, "it is free now");
            }
        }

        [Fact]
        public void SpeechGoesOnAtAnotherDevice()
        {
            using (Stage<PalabraSpeaker> stage = Speaking())
            {
                foreach (int rate in new[] { 44100, 96000, 192000, 8000 })
                {
                    Engine.ChangeOutput(rate, AudioSpeakerMode.Stereo);
                    Check.That(stage.Source.isPlaying && Loudest(stage.Audio(), 0) > 0.05f, "it is heard at " + rate);
                    Engine.Frame();
                    Check.That(Engine.Filters(stage.Thing) == 1 && Engine.Clips == 1, "what it had before is gone");
                }
            }
        }

        [Fact]
        public void ADeviceThatCannotBeFollowedIsSilent()
        {
            using (Stage<PalabraSpeaker> stage = Speaking())
            {
                Engine.ChangeOutput(384000, AudioSpeakerMode.Stereo);
                Engine.Frame();
                Check.That(stage.Audio().All(sample => sample == 0), "silence and not the wrong speed");
                Check.That(Engine.TakeLog().Single().StartsWith("warning"), "it is told");
                Engine.ChangeOutput(Rate, AudioSpeakerMode.Stereo);
                Check.That(Loudest(stage.Audio(), 0) > 0.05f, "it goes on at one that can");
            }
        }

        [Fact]
        public void WhatWasSaidInAPauseIsNotHeardAfterIt()
        {
            using (var stage = new Stage<PalabraTranslator>())
            {
                stage.Palabra.UseMicrophone = false;
                stage.Palabra.Open();
                stage.Until(() => stage.Ready == 1);
                AudioListener.pause = true;
                stage.Palabra.Session.Speak(LongText, "es");
                Arrived(stage.Palabra.Session);
                double before = Waiting(stage.Palabra.Session);
                for (int n = 0; n < 25; n++)
                    Engine.Frame();
                Check.That(Waiting(stage.Palabra.Session) >= before, "a short pause loses nothing");
                Nothing(stage);
                AudioListener.pause = false;
                Check.That(stage.Audio().All(sample => sample == 0), "nothing of it is heard");
            }
        }

        [Fact]
        public void WhatCameWhileTheGameStoodStillIsNotHeard()
        {
            using (var stage = new Stage<PalabraTranslator>())
            {
                stage.Palabra.UseMicrophone = false;
                stage.Palabra.Open();
                stage.Until(() => stage.Ready == 1);
                stage.Palabra.Session.Speak(LongText, "es");
                Arrived(stage.Palabra.Session);
                // Neither frames nor audio: another window is in front.
                Engine.Freeze(20);
                stage.Audio();
                Engine.Frame();
                // Without another frame, which would leave out some of it.
                Check.That(Talk.Within(Talk.PatienceMs, () => Waiting(stage.Palabra.Session) == 0), "it waits");
            }
        }

        [Fact]
        public void WhatASpeakerSaysWaitsForItsListener()
        {
            using (Stage<PalabraSpeaker> stage = Speaking())
            {
                double before = Waiting(stage.Palabra.Session);
                AudioListener.pause = true;
                for (int n = 0; n < 5 * 60; n++)
                    Engine.Frame();
                Check.That(Waiting(stage.Palabra.Session) >= before, "it waits");
                AudioListener.pause = false;
                stage.Palabra.KeepUnheard = false;
                Check.That(Loudest(stage.Audio(), 0) > 0.05f, "it goes on");
            }
        }

        [Fact]
        public void AComponentThatIsSwitchedOffIsSilent()
        {
            using (Stage<PalabraTranslator> stage = Stage<PalabraTranslator>.Unanswered())
            {
                stage.Palabra.enabled = false;
                Check.That(!stage.Source.isPlaying && Engine.RecordingMicrophones.Count == 0, "the microphone is off");
                Engine.ChangeOutput(44100, AudioSpeakerMode.Stereo);
                Check.That(!stage.Source.isPlaying, "it stays silent at another device");
                stage.Palabra.enabled = true;
                Check.That(stage.Source.isPlaying && Engine.RecordingMicrophones.Count == 1, "and on again");
                Check.That(stage.Failed.Count == 0 && stage.Palabra.Session.State == PalabraSessionState.Connecting, "it goes on");
            }
        }

        [Fact]
        public void ReadingWhatWasHeardAllocatesNothing()
        {
            using (Stage<PalabraSpeaker> stage = Speaking())
            {
                var samples = new float[10000];
                Check.Equal(Allocation.Of(1000, () => stage.Palabra.GetOutputData(samples)), 0L, "bytes");
                Check.That(samples.Take(10000 - 8192).All(sample => sample == 0), "silence before");
                stage.Palabra.Close();
                stage.Palabra.GetOutputData(samples);
                Check.That(samples.All(sample => sample == 0), "silence once it is closed");
            }
        }

        /// <summary>In the middle of a long text.</summary>
        private static Stage<PalabraSpeaker> Speaking()
        {
            var stage = new Stage<PalabraSpeaker>();
            stage.Palabra.Open();
            stage.Palabra.Say(LongText);
            stage.Until(() => stage.Loud > 10 * Rate / 100);
            return stage;
        }

        // All of it: 60 ms for a character.
        private static void Arrived(PalabraSession session)
        {
            Check.That(Talk.Within(Talk.PatienceMs, () => Waiting(session) >= 0.058 * LongText.Length), "it did not come in time");
        }

        // In as many frames as it takes to say it: one of them goes at the speed of speech.
        private static void Nothing(Stage<PalabraTranslator> stage)
        {
            int frames = 0;
            Check.That(Talk.Within(Talk.PatienceMs, () =>
            {
                Engine.Frame();
                frames++;
                return Waiting(stage.Palabra.Session) == 0;
            }), "it waits");
            Check.That(frames > 60, "it was left out after " + frames + " frames");
        }

        private static double Waiting(PalabraSession session)
        {
            PlayoutStats stats = session is TtsSession tts ? tts.GetPlayoutStats() : ((TranslationSession)session).GetPlayoutStats();
            return stats.Buffered.TotalSeconds;
        }

        private static float Loudest(float[] block, int ear)
        {
            return block.Where((sample, n) => n % 2 == ear).Max(sample => Math.Abs(sample));
        }

        private static float Heard(Stage<PalabraSpeaker> stage)
        {
            var last = new float[Stage<PalabraSpeaker>.Tick];
            stage.Palabra.GetOutputData(last);
            return last.Max(sample => Math.Abs(sample));
        }

        private sealed class Echo : MonoBehaviour
        {
            internal float[] Got;

            private void OnAudioFilterRead(float[] data, int channels)
            {
                Got = data.ToArray();
            }
        }
    }
}
