using System.Globalization;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;

namespace ReuseBench.Servers.Tests;

/// <summary><see cref="Serve.Run"/> with the options of <c>serve</c>, as <c>--name value</c> only.</summary>
internal static class ServeRole
{
    public static int Run(string[] options)
    {
        ServerSettings settings = new();
        ServeOptions serve = new();
        try
        {
            foreach (string[] option in options.Chunk(2))
            {
                string name = option[0][2..];
                switch (name)
                {
                    case "page":
                        serve = serve with { PagePath = option[1] };
                        break;
                    case "worker-base":
                        serve = serve with { WorkerBase = int.Parse(option[1], CultureInfo.InvariantCulture) };
                        break;
                    case "listener-fd":
                        serve = serve with { ListenerFd = int.Parse(option[1], CultureInfo.InvariantCulture) };
                        break;
                    case "parent-pid":
                        serve = serve with { ParentPid = int.Parse(option[1], CultureInfo.InvariantCulture) };
                        break;
                    case "succession":
                        serve = serve with { Succession = Succession.Parse(option[1]) };
                        break;
                    default:
                        settings = CellSettings.OfServer.Single(setting => setting.Option == name).Set(Cell.Blank with { Server = settings }, option[1]).Server;
                        break;
                }
            }

            return Serve.Run(settings, serve, Console.Out, CancellationToken.None);
        }
        catch (UsageException problem)
        {
            Console.Error.WriteLine(problem.Message);
            return 2;
        }
    }
}
