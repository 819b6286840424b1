namespace PalabraAI.Tests
{
    internal static class Program
    {
        private static int Main(string[] args)
        {
            return Runner.All(args, LayoutTests.All(), ApiTests.All(), ConversationTests.All(), PlayoutTests.All(), SpeechTests.All(),
                ManagementTests.All(), FileTests.All(), AllocationTests.All(), LifetimeTests.All(),
                NewerRuntimeTests.All());
        }
    }
}
