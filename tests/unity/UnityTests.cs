// The component of the Unity package; the test takes the place of the engine and makes its calls.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Threading;
using PalabraAI.Unity;
using UnityEditor;
using UnityEngine;
using Xunit;

namespace PalabraAI.Tests
{
    // One after the other: the stand-ins of the engine are static.
    [Collection("engine")]
    public sealed class UnityTests
    {
        private const BindingFlags Hidden = BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;
        private const int Rate = 48000;

        [Fact]
        public void AConversationIsHeardAndTold()
        {
            var stage = new Stage("demo");
            stage.Call("Start");
            Check.That(Microphone.running == 1 && stage.Source.isPlaying, "microphone and source run");
            stage.Until(() => stage.Ready == 1);
            stage.Speak();
            stage.Palabra.End();
            Check.Equal(Microphone.running, 0, "microphones");
            stage.Until(() => stage.Closed.Count == 1);
            Check.Equal(stage.Closed[0], Status.Ok, "closed");
            stage.Until(() => ((SoundFlags)stage.Heard() & SoundFlags.Ended) != 0);
            Check.That(stage.Said.Any(text => text.StartsWith("en!")) && stage.Translated.Any(text => text.StartsWith("es!")), "final texts");
            Check.That(stage.Loud > Rate / 2, "speech was heard in " + stage.Loud + " frames");
            Check.That(stage.Palabra.Session != null && stage.Ready == 1, "it stays until it is closed");
            stage.Call("Update");
            stage.Palabra.End();
            stage.Call("OnDestroy");
            Check.That(stage.Palabra.Session == null && stage.Closed.Count == 1, "it is gone");
            stage.Call("Update");
            stage.Filter(2);
        }

        [Fact]
        public void WhatIsWrongIsTold()
        {
            var stage = new Stage("demo");
            stage.Palabra.TargetLanguage = "";
            stage.Palabra.Open();
            Check.That(stage.Closed.SequenceEqual(new[] { Status.InvalidArgument }), string.Join(" ", stage.Closed));
            Check.That(stage.Palabra.Session == null && Microphone.running == 0, "nothing stays open");
            Microphone.devices = new string[0];
            stage.Palabra.Open();
            Microphone.devices = new[] { "built in" };
            Check.That(stage.Closed.SequenceEqual(new[] { Status.InvalidArgument, Status.Io }), string.Join(" ", stage.Closed));
            stage.Palabra.OpenOnStart = false;
            stage.Call("Start");
            Check.That(stage.Palabra.Session == null, "it was not asked for");
        }

        [Fact]
        public void AFailureOfTheServiceIsTold()
        {
            var stage = new Stage("dev~rest_status=401");
            stage.Palabra.Open();
            stage.Until(() => stage.Closed.Count == 1);
            Check.Equal(stage.Closed[0], Status.Auth, "closed");
            Check.That(stage.Ready == 0 && Microphone.running == 0, "the microphone is off");
            stage.Palabra.Close();
        }

        [Fact]
        public void AHandlerMayClose()
        {
            var stage = new Stage("demo");
            stage.Palabra.OnReady.AddListener(() => stage.Palabra.Close());
            stage.Palabra.Open();
            stage.Until(() => stage.Ready == 1);
            stage.Call("Update");
            Check.That(stage.Palabra.Session == null && stage.Closed.Count == 0, "closed without a word");
        }

        [Fact]
        public void AHandlerMayOpenAgain()
        {
            var stage = new Stage("dev~rest_status=401");
            stage.Palabra.OnClosed.AddListener((code, text) =>
            {
                if (stage.Closed.Count > 1)
                    return;
                stage.Palabra.Client = Stage.Credentials("demo");
                stage.Palabra.Open();
            });
            stage.Palabra.Open();
            stage.Until(() => stage.Ready == 1);
            Check.That(stage.Closed.Count == 1 && Microphone.running == 1, "the second one is open");
            stage.Palabra.Close();
            Check.Equal(Microphone.running, 0, "microphones");
        }

        [Fact]
        public void TheOutputIsFollowed()
        {
            WithUnanswered(stage =>
            {
                AudioSettings.outputSampleRate = 44100;
                Check.That(stage.Filter(6).All(sample => sample == 0), "silence in a format that it does not have");
                stage.Call("Update");
                Check.That(stage.Filter(6).All(sample => sample == 0), "silence, as nobody speaks");
                // One frame is six floats now, and the session uses that format.
                Check.Throws<ArgumentException>(() => stage.Palabra.Session.ReadAudio(null, new float[5], 0, 1), "less than a frame");
                Check.Equal(stage.Palabra.Session.ReadAudio(null, new float[6], 0, 1), 0, "a frame");
                AudioSettings.outputSampleRate = Rate;
            });
        }

        [Fact]
        public void TheAudioThreadAllocatesNothing()
        {
            WithUnanswered(stage =>
            {
                var filter = (Action<float[], int>)Delegate.CreateDelegate(typeof(Action<float[], int>), stage.Palabra, "OnAudioFilterRead");
                var data = new float[256];
                filter(data, 2);
                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int n = 0; n < 10000; n++)
                    filter(data, 2);
                Check.Equal(GC.GetAllocatedBytesForCurrentThread() - before, 0L, "bytes of the audio thread");
                stage.Call("Update");
                var update = (Action)Delegate.CreateDelegate(typeof(Action), stage.Palabra, "Update");
                before = GC.GetAllocatedBytesForCurrentThread();
                for (int n = 0; n < 1000; n++)
                {
                    Microphone.position = (Microphone.position + 480) % Microphone.clip.samples;
                    update();
                }
                Check.Equal(GC.GetAllocatedBytesForCurrentThread() - before, 0L, "bytes of frames without an event");
            });
        }

        [Fact]
        public void EverythingStopsWithTheProgram()
        {
            typeof(PalabraLifetime).GetMethod("Begin", Hidden).Invoke(null, null);
            RuntimeHelpers.RunClassConstructor(Assembly.Load("PalabraAI.Unity.Editor").GetType("PalabraAI.Unity.PalabraReload").TypeHandle);
            Stops(AssemblyReloadEvents.Reload);
            Stops(() => EditorApplication.Change(PlayModeStateChange.ExitingPlayMode));
            Stops(Application.Quit);
            Stops(PalabraLifetime.StopAll);
        }

        private static void Stops(Action end)
        {
            WithUnanswered(stage =>
            {
                Session session = stage.Palabra.Session;
                EditorApplication.Change(PlayModeStateChange.EnteredPlayMode);
                Check.Equal(session.State, SessionState.Connecting, "state before");
                end();
                Check.That(stage.Palabra.Session == null && session.GetInputSpace() == (int)Status.BadHandle, "it goes on");
                Check.Equal(Microphone.running, 0, "microphones");
            });
        }

        private static void WithUnanswered(Action<Stage> use)
        {
            int port;
            TcpListener listener = Talk.Silent(out port);
            var stage = new Stage("demo");
            stage.Palabra.Client.ApiUrl = "http://127.0.0.1:" + port;
            stage.Palabra.Open();
            use(stage);
            stage.Palabra.Close();
            listener.Stop();
        }

        /// <summary>An object with the component, and the arguments of its handlers.</summary>
        private sealed class Stage
        {
            internal readonly PalabraSession Palabra;
            internal readonly AudioSource Source;
            internal readonly List<string> Said = new List<string>(), Translated = new List<string>();
            internal readonly List<Status> Closed = new List<Status>();
            internal int Ready, Loud;

            internal Stage(string clientId)
            {
                var thing = new GameObject();
                Source = thing.AddComponent<AudioSource>();
                Palabra = thing.AddComponent<PalabraSession>();
                Palabra.Client = Credentials(clientId);
                Palabra.OnReady.AddListener(() => Ready++);
                Palabra.OnTranscript.AddListener((language, text, isFinal) => Said.Add(language + (isFinal ? "!" : "?") + text));
                Palabra.OnTranslation.AddListener((language, text, isFinal) => Translated.Add(language + (isFinal ? "!" : "?") + text));
                Palabra.OnClosed.AddListener((code, text) => Closed.Add(code));
            }

            internal static ClientConfig Credentials(string clientId)
            {
                return new ClientConfig { Credentials = { ClientId = clientId, ClientSecret = "s3cret-of-the-tests" } };
            }

            internal void Call(string message)
            {
                typeof(PalabraSession).GetMethod(message, Hidden).Invoke(Palabra, null);
            }

            /// <summary>10 ms of the audio thread, in a buffer that is not silent at first.</summary>
            internal float[] Filter(int channels)
            {
                float[] data = Enumerable.Repeat(0.5f, Rate / 100 * channels).ToArray();
                typeof(PalabraSession).GetMethod("OnAudioFilterRead", Hidden).Invoke(Palabra, new object[] { data, channels });
                return data;
            }

            internal int Heard()
            {
                return Palabra.Session.ReadAudio(null, new float[2], 0, 1);
            }

            /// <summary>Frames of the game, with audio callbacks between them, until a condition holds.</summary>
            internal void Until(Func<bool> holds)
            {
                Check.That(Talk.Within(Talk.PatienceMs, () =>
                {
                    Call("Update");
                    float[] data = Palabra.Session != null ? Filter(2) : new float[0];
                    for (int n = 0; n < data.Length; n += 2)
                    {
                        Check.Equal(data[n], data[n + 1], "both ears");
                        Loud += data[n] != 0 ? 1 : 0;
                    }
                    return holds();
                }), "it did not come about in time");
            }

            /// <summary>A second that the devserver treats as speech, then silence, 50 ms a frame.</summary>
            internal void Speak()
            {
                const int Step = Rate / 20;
                for (int sent = 0; sent < Rate * 5 / 2; sent += Step)
                {
                    for (int n = sent; n < sent + Step; n++)
                        Microphone.clip.data[n % Microphone.clip.samples] = n < Rate ? (n / 120 % 2 == 0 ? -0.15f : 0.15f) : 0;
                    Until(() => Palabra.Session.GetInputSpace() > Step);
                    Microphone.position = (sent + Step) % Microphone.clip.samples;
                }
                Call("Update");
            }
        }
    }
}
