// How xunit runs the classes: beside each other, those of the collection "alone" afterwards and one by one.
using Xunit;

[assembly: CollectionBehavior(MaxParallelThreads = 4)]

namespace PalabraAI.Tests
{
    /// <summary>For classes that end all sessions of the process, or measure the collector.</summary>
    [CollectionDefinition("alone", DisableParallelization = true)]
    public sealed class Alone
    {
    }
}
