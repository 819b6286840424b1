// An editor or a console for which there is no native library: a program of its own, started where it is not found.
using System.Linq;
using System.Reflection;
using EngineModel;
using PalabraAI.Unity;
using UnityEditor;
using Xunit;

namespace PalabraAI.Tests
{
    [Collection("engine")]
    public sealed class NoLibraryTests
    {
        [Fact]
        public void OpenTellsWhichFileIsMissing()
        {
            using (var stage = new Stage<PalabraTranslator>())
            {
                stage.Palabra.OpenOnStart = true;
                Engine.Frame();
                Engine.Frame();
                Check.That(stage.Closed.SequenceEqual(new[] { PalabraStatus.Unsupported }), string.Join(" ", stage.Closed));
                Check.That(stage.Texts[0].Contains("libpalabra.so") && stage.Texts[0].Contains("linux-x64"), stage.Texts[0]);
                Check.That(Engine.RecordingMicrophones.Count == 0 && !stage.Source.isPlaying, "nothing stays open");
            }
        }

        [Fact]
        public void ReloadAndQuitTouchNothingNative()
        {
            Engine.Restart();
            Engine.Load(typeof(PalabraComponent).Assembly);
            Editor.Load(Assembly.Load("PalabraAI.Unity.Editor"));
            bool isNextCalled = false;
            AssemblyReloadEvents.beforeAssemblyReload += () => isNextCalled = true;
            Editor.BeforeReload();
            Check.That(isNextCalled, "the hook of another package was not called");
            Editor.EnterPlayMode();
            Editor.ExitPlayMode();
            Engine.Quit();
            Check.Equal(string.Join("\n", Engine.TakeLog()), "", "the log");
        }
    }
}
