using System.Globalization;
using System.Text;
using ReuseBench.Core.Cells;

namespace ReuseBench.LoadGen.Clients;

/// <summary>The bytes of a request, made once for the whole swarm.</summary>
internal sealed class RequestBytes
{
    private readonly byte[] _keep;
    private readonly byte[] _close;

    /// <param name="settings">Path and body length.</param>
    /// <param name="host">Value of the Host header: host and port as the user named them.</param>
    public RequestBytes(LoadSettings settings, string host)
    {
        _keep = Build(settings, host, "");
        _close = Build(settings, host, "Connection: close\r\n");
    }

    /// <param name="closes">Whether it asks the server to close the connection after the answer.</param>
    public byte[] Of(bool closes) => closes ? _close : _keep;

    private static byte[] Build(LoadSettings settings, string host, string connection)
    {
        string method = settings.RequestBytes == 0 ? "GET" : "POST";
        string length = settings.RequestBytes == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"Content-Length: {settings.RequestBytes}\r\n");
        byte[] head = Encoding.ASCII.GetBytes($"{method} {settings.Path} HTTP/1.1\r\nHost: {host}\r\n{length}{connection}\r\n");
        byte[] request = new byte[head.Length + settings.RequestBytes];
        head.CopyTo(request, 0);
        request.AsSpan(head.Length).Fill((byte)'x');
        return request;
    }
}
