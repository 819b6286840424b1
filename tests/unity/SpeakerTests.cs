// The component that speaks; the test takes the place of the engine.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using System.Reflection;
using PalabraAI.Unity;
using UnityEngine;
using Xunit;

namespace PalabraAI.Tests
{
    // One after the other: the stand-ins of the engine are static.
    [Collection("engine")]
    public sealed class SpeakerTests
    {
        private const int Rate = 48000;
        private const int Tick = Rate / 100;
        // Length of the devserver's speech for a character.
        private const int FramesPerCharacter = 60 * Rate / 1000;

        [Fact]
        public void ATextIsHeard()
        {
            var stage = new Stage("demo");
            stage.Call("Start");
            Check.That(stage.Source.isPlaying && stage.Speaker.Say("good evening"), "it was not taken");
            stage.Until(() => stage.Spoken == 1);
            Check.Equal(stage.Ready, 1, "OnReady");
            int wanted = 12 * FramesPerCharacter;
            Check.That(stage.Loud > wanted * 8 / 10 && stage.Loud < wanted * 12 / 10, "speech was heard in " + stage.Loud + " frames");
            stage.Speaker.End();
            stage.Until(() => stage.Closed.Count == 1);
            Check.Equal(stage.Closed[0], Status.Ok, "closed");
            Check.That(!stage.Speaker.Say("too late") && stage.Failed.Single() == Status.Closed, "a text after the end");
            stage.Speaker.Hush();
            stage.Speaker.End();
            stage.Call("OnDestroy");
            Check.That(stage.Speaker.Session == null && stage.Closed.Count == 1 && !stage.Speaker.Say("gone"), "it is gone");
            stage.Call("Update");
            stage.Filter(2);
        }

        [Fact]
        public void PiecesAreOneText()
        {
            var stage = new Stage("demo");
            stage.Speaker.Open();
            Check.That(stage.Speaker.Say("good ", false) && stage.Speaker.Say("evening"), "they were not taken");
            Check.That(stage.Speaker.Say("good night, everybody"), "it was not taken");
            stage.Until(() => stage.Spoken == 2);
            stage.Speaker.Close();
            Check.That(stage.Failed.Count == 0 && stage.Closed.Count == 0, "closed without a word");
        }

        [Fact]
        public void HushIsSilence()
        {
            var stage = new Stage("demo");
            stage.Speaker.Open();
            stage.Speaker.Say(new string('a', 100));
            stage.Speaker.Say("and more, without an end", false);
            stage.Until(() => stage.Loud > Tick);
            stage.Speaker.Hush();
            // The current speech fades out.
            stage.Filter(2);
            for (int n = 0; n < 20; n++)
                Check.That(stage.Filter(2).All(sample => sample == 0), "speech after it was taken back");
            stage.Speaker.Say("good evening");
            stage.Until(() => stage.Spoken == 1);
            stage.Speaker.Close();
        }

        [Fact]
        public void WhatIsWrongIsTold()
        {
            var stage = new Stage("demo");
            stage.Speaker.Language = "";
            stage.Speaker.Open();
            Check.That(stage.Closed.SequenceEqual(new[] { Status.InvalidArgument }), string.Join(" ", stage.Closed));
            Check.That(stage.Speaker.Session == null && !stage.Source.isPlaying && !stage.Speaker.Say("nothing"), "nothing stays open");
            stage.Speaker.OpenOnStart = false;
            stage.Call("Start");
            Check.That(stage.Speaker.Session == null, "it was not asked for");
            var refused = new Stage("dev~rest_status=401");
            refused.Speaker.OnClosed.AddListener((code, text) => refused.Speaker.Close());
            refused.Speaker.Open();
            Check.That(!refused.Speaker.Say("") && refused.Failed.Single() == Status.InvalidArgument, "an empty text");
            refused.Until(() => refused.Closed.Count == 1);
            Check.That(refused.Closed[0] == Status.Auth && refused.Speaker.Session == null, "a handler may close it");
        }

        [Fact]
        public void TheOutputOfASpeakerIsFollowed()
        {
            WithUnanswered(stage =>
            {
                AudioSettings.outputSampleRate = 44100;
                Check.That(stage.Filter(6).All(sample => sample == 0), "silence in a format that it does not have");
                stage.Call("Update");
                Check.Throws<ArgumentException>(() => stage.Speaker.Session.ReadAudio(null, new float[5], 0, 1), "less than a frame");
                Check.Equal(stage.Speaker.Session.ReadAudio(null, new float[6], 0, 1), 0, "a frame");
                AudioSettings.outputSampleRate = Rate;
            });
        }

        [Fact]
        public void TheAudioThreadOfASpeakerAllocatesNothing()
        {
            WithUnanswered(stage =>
            {
                var filter = (Action<float[], int>)Delegate.CreateDelegate(typeof(Action<float[], int>), stage.Speaker, "OnAudioFilterRead");
                var update = (Action)Delegate.CreateDelegate(typeof(Action), stage.Speaker, "Update");
                var data = new float[256];
                filter(data, 2);
                update();
                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int n = 0; n < 10000; n++)
                {
                    filter(data, 2);
                    update();
                }
                Check.Equal(GC.GetAllocatedBytesForCurrentThread() - before, 0L, "bytes of the audio thread and of frames without an event");
            });
        }

        [Fact]
        public void ASpeakerStopsWithTheProgram()
        {
            WithUnanswered(stage =>
            {
                Session session = stage.Speaker.Session;
                PalabraLifetime.StopAll();
                Check.That(stage.Speaker.Session == null && session.GetInputSpace() == (int)Status.BadHandle, "it goes on");
            });
        }

        private static void WithUnanswered(Action<Stage> use)
        {
            int port;
            TcpListener listener = Talk.Silent(out port);
            var stage = new Stage("demo");
            stage.Speaker.Client.ApiUrl = "http://127.0.0.1:" + port;
            stage.Speaker.Open();
            use(stage);
            stage.Speaker.Close();
            listener.Stop();
        }

        /// <summary>An object with the component, and the arguments of its handlers.</summary>
        private sealed class Stage
        {
            private const BindingFlags Hidden = BindingFlags.NonPublic | BindingFlags.Instance;

            internal readonly PalabraSpeaker Speaker;
            internal readonly AudioSource Source;
            internal readonly List<Status> Failed = new List<Status>(), Closed = new List<Status>();
            internal int Ready, Spoken, Loud;

            internal Stage(string clientId)
            {
                var thing = new GameObject();
                Source = thing.AddComponent<AudioSource>();
                Speaker = thing.AddComponent<PalabraSpeaker>();
                Speaker.Client = new ClientConfig { Credentials = { ClientId = clientId, ClientSecret = "s3cret-of-the-tests" } };
                Speaker.OnReady.AddListener(() => Ready++);
                Speaker.OnSpoken.AddListener(() => Spoken++);
                Speaker.OnFailure.AddListener((code, text) => Failed.Add(code));
                Speaker.OnClosed.AddListener((code, text) => Closed.Add(code));
            }

            internal void Call(string message)
            {
                typeof(PalabraSpeaker).GetMethod(message, Hidden).Invoke(Speaker, null);
            }

            /// <summary>10 ms of the audio thread, in a buffer that is not silent at first.</summary>
            internal float[] Filter(int channels)
            {
                float[] data = Enumerable.Repeat(0.5f, Tick * channels).ToArray();
                typeof(PalabraSpeaker).GetMethod("OnAudioFilterRead", Hidden).Invoke(Speaker, new object[] { data, channels });
                return data;
            }

            /// <summary>Frames of the game, with audio callbacks between them, until a condition holds.</summary>
            internal void Until(Func<bool> holds)
            {
                Check.That(Talk.Within(Talk.PatienceMs, () =>
                {
                    Call("Update");
                    float[] data = Speaker.Session != null ? Filter(2) : new float[0];
                    for (int n = 0; n < data.Length; n += 2)
                        Loud += data[n] != 0 || data[n + 1] != 0 ? 1 : 0;
                    return holds();
                }), "it did not come about in time");
            }
        }
    }
}
