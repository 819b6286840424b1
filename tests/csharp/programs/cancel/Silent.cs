#nullable enable
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace PalabraAI.Programs
{
    /// <summary>64 calls against a server that takes connections and never answers: cancelled, they leave room for the next.</summary>
    internal static class Silent
    {
        private const int Calls = 64;
        // The last call must not wait for a time-out of the others, which are 10 minutes.
        private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

        internal static async Task<bool> Run()
        {
            var server = new TcpListener(IPAddress.Loopback, 0);
            server.Start(1000);
            var held = new List<Socket>();
            var another = new SemaphoreSlim(0);
            new Thread(() =>
            {
                while (true)
                {
                    Socket taken = server.AcceptSocket();
                    lock (held)
                        held.Add(taken);
                    another.Release();
                }
            }) { IsBackground = true }.Start();
            string url = "http://127.0.0.1:" + ((IPEndPoint)server.LocalEndpoint).Port;
            await using var client = new PalabraClient(new PalabraClientOptions
            {
                ApiUrl = url, Credentials = { ApiKey = "dev" }, RestTimeout = TimeSpan.FromMinutes(10), ConnectTimeout = TimeSpan.FromMinutes(10),
            });
            using var end = new CancellationTokenSource();
            var calls = new List<Task>();
            for (int n = 0; n < Calls; n++)
                calls.Add(client.Voices.ListAsync(cancellationToken: end.Token));
            for (int n = 0; n < Calls; n++)
                if (!await another.WaitAsync(Soon))
                {
                    Console.WriteLine($"only {n} of {Calls} calls went out: {calls.Find(call => call.IsFaulted)?.Exception?.InnerException?.Message}");
                    return false;
                }
            Stopwatch time = Stopwatch.StartNew();
            end.Cancel();
            await Task.WhenAll(calls).ContinueWith(_ => { });
            long ended = time.ElapsedMilliseconds;
            bool all = calls.TrueForAll(call => call.IsCanceled);
            using var last = new CancellationTokenSource();
            Task next = client.Voices.ListAsync(cancellationToken: last.Token);
            bool goes = await another.WaitAsync(Soon);
            Console.WriteLine($"{Calls} calls cancelled: {all}, within {ended} ms; the next one goes out: {goes}, after {time.ElapsedMilliseconds - ended} ms");
            last.Cancel();
            await next.ContinueWith(_ => { });
            return all && goes;
        }
    }
}
