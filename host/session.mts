import axios, { type AxiosInstance, type AxiosRequestConfig } from 'axios';

/** A user of n8n. */
export interface Owner {
	email: string;
	password: string;
}

/** What n8n answers to a request that it does not grant. */
export class N8nRefusal extends Error {
	override name = 'N8nRefusal';

	constructor(
		message: string,
		readonly status: number,
	) {
		super(message);
	}
}

/** The HTTP side of n8n's REST API: its envelope, its refusals, and who is logged in. */
export class Session {
	private readonly http: AxiosInstance;
	private lastWrite: Promise<unknown> = Promise.resolve();

	constructor(url: string) {
		this.http = axios.create({
			baseURL: `${url}/rest`,
			proxy: false,
			// The log-in is bound to the browser that asked for it.
			headers: { 'browser-id': 'n8n-nodes-flux2' },
			timeout: 60_000,
		});
	}

	/** False when n8n knows no such user or another password. */
	async logIn({ email, password }: Owner): Promise<boolean> {
		const response = await this.http.post(
			'/login',
			{ emailOrLdapLoginId: email, password },
			{ validateStatus: (status) => status < 300 || status === 401 },
		);
		if (response.status === 401) return false;
		const cookies = response.headers['set-cookie'] ?? [];
		this.http.defaults.headers.common.Cookie = cookies
			.map((cookie) => cookie.split(';', 1)[0])
			.join('; ');
		return true;
	}

	async get<T>(url: string): Promise<T> {
		return await this.call({ method: 'get', url });
	}

	/** A file that n8n keeps, e.g. the image of an item. */
	async bytes(url: string): Promise<Buffer> {
		const { data } = await this.http.get<Buffer>(url, { responseType: 'arraybuffer' });
		return data;
	}

	async post<T>(url: string, data: object): Promise<T> {
		return await this.inTurn({ method: 'post', url, data });
	}

	async patch<T>(url: string, data: object): Promise<T> {
		return await this.inTurn({ method: 'patch', url, data });
	}

	/** Undefined when n8n has no such thing. */
	async find<T>(url: string): Promise<T | undefined> {
		try {
			return await this.get<T>(url);
		} catch (error) {
			if (error instanceof N8nRefusal && error.status === 404) return undefined;
			throw error;
		}
	}

	/**
	 * One write after another, as from one person. On SQLite, n8n 1.x (1.123.81) has one connection for
	 * everybody: of two writes at the same moment one may be refused with "cannot start a transaction
	 * within a transaction", or both.
	 */
	private async inTurn<T>(request: AxiosRequestConfig): Promise<T> {
		const turn = this.lastWrite.then(async () => await this.call<T>(request));
		this.lastWrite = turn.catch(() => {});
		return await turn;
	}

	private async call<T>(request: AxiosRequestConfig): Promise<T> {
		try {
			const { data } = await this.http.request<{ data: T }>(request);
			return data.data;
		} catch (error) {
			if (!axios.isAxiosError(error) || error.response === undefined) throw error;
			// An axios error carries the whole request; n8n's own words are what a reader needs.
			const { status, data } = error.response;
			const words = JSON.stringify(data).slice(0, 1000);
			throw new N8nRefusal(`${request.method} ${request.url}: ${status} ${words}`, status);
		}
	}
}
