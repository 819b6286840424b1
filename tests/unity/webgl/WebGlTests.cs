// A player for WebGL: the package is compiled for it, and a program of its own runs it without a native library.
using System.Linq;
using EngineModel;
using PalabraAI.Unity;
using Xunit;

namespace PalabraAI.Tests
{
    [Collection("engine")]
    public sealed class WebGlTests
    {
        [Fact]
        public void OpenTellsThatThereIsNone()
        {
            using (var stage = new Stage<PalabraTranslator>())
            {
                stage.Palabra.OpenOnStart = true;
                Engine.Frame();
                Engine.Frame();
                Check.That(stage.Closed.SequenceEqual(new[] { PalabraStatus.Unsupported }), string.Join(" ", stage.Closed));
                Check.That(stage.Texts[0].Contains("WebGL"), stage.Texts[0]);
                Check.That(!stage.Source.isPlaying && Engine.Filters(stage.Thing) == 0, "nothing stays open");
                Engine.Quit();
                Check.Equal(string.Join("\n", Engine.TakeLog()), "", "the log");
            }
        }
    }
}
