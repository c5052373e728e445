using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ReuseBench.Core.Cells;
using ReuseBench.Servers.Workers;

// Kestrel as servers/adapters/kestrel.yaml starts it: one listener, or several on the same address by SO_REUSEPORT.
const int solSocket = 1;
const int soReusePort = 15;
const string listenerKey = "listener";

if (args is ["--version"])
{
    Console.WriteLine($"Kestrel {typeof(KestrelServer).Assembly.GetName().Version}");
    return 0;
}

if (args is not [var mode and ("shared" or "reuseport"), var addressText, var workersText, var backlogText, var serviceText, var roundsText,
    .. { Length: <= 1 } rest])
{
    Console.Error.WriteLine("usage: reusebench-kestrel shared|reuseport ADDRESS:PORT WORKERS BACKLOG SERVICE_TIME ROUNDS_PER_US [BODY]");
    return 2;
}

IPEndPoint address = IPEndPoint.Parse(addressText);
int workers = int.Parse(workersText, CultureInfo.InvariantCulture);
bool isGroup = mode == "reuseport";
int listeners = isGroup ? workers : 1;
ServiceTime serviceTime = ServiceTime.Parse(serviceText, "SERVICE_TIME");
double roundsPerUs = double.Parse(roundsText, CultureInfo.InvariantCulture);

// Each thread of the pool draws by itself, as each worker of our own servers does.
int threads = 0;
using ThreadLocal<ServiceBurn> service = new(() => new ServiceBurn(serviceTime, roundsPerUs, Interlocked.Increment(ref threads)));
byte[] body = Encoding.ASCII.GetBytes(string.Concat(rest));
WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
builder.WebHost.UseSockets(sockets =>
{
    sockets.IOQueueCount = workers;
    sockets.Backlog = int.Parse(backlogText, CultureInfo.InvariantCulture);
    sockets.CreateBoundListenSocket = endpoint =>
    {
        Socket socket = new(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (isGroup)
        {
            socket.SetRawSocketOption(solSocket, soReusePort, BitConverter.GetBytes(1));
        }

        socket.Bind(endpoint);
        return socket;
    };
});
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(5);
    for (int listener = 0; listener < listeners; listener++)
    {
        string name = listener.ToString(CultureInfo.InvariantCulture);
        kestrel.Listen(address, options =>
        {
            options.Protocols = HttpProtocols.Http1;
            options.Use(next => connection =>
            {
                connection.Items[listenerKey] = name;
                return next(connection);
            });
        });
    }
});
WebApplication app = builder.Build();
app.Run(async context =>
{
    // Who answers is a thread of the pool: in a group it is known whose listener a connection came by.
    if (isGroup)
    {
        context.Response.Headers["X-Worker"] = (string)context.Features.Get<IConnectionItemsFeature>()!.Items[listenerKey]!;
    }

    service.Value!.Request();
    context.Response.ContentLength = body.Length;
    await context.Response.Body.WriteAsync(body);
});
await app.RunAsync();
return 0;
