BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0005');
CREATE TABLE build_day (
	target VARCHAR NOT NULL, 
	day DATE NOT NULL, 
	status VARCHAR NOT NULL, 
	total_minor INTEGER, 
	currency VARCHAR, 
	detail VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	PRIMARY KEY (target, day)
);
INSERT INTO "build_day" VALUES('p40-box','2026-08-05','optimal',30000,'EUR','{"allowances":[],"offers":[{"landed":{"amount":"90.00","currency":"EUR"},"offer":"ebay:1","qty":1,"title":"p40","url":"http://127.0.0.1:1/1"}],"to_verify":[]}','2026-08-05 09:00:00.000000');
CREATE TABLE crawl (
	id INTEGER NOT NULL, 
	marketplace VARCHAR NOT NULL, 
	started_at DATETIME NOT NULL, 
	finished_at DATETIME NOT NULL, 
	state VARCHAR NOT NULL, 
	detail VARCHAR NOT NULL, 
	pages INTEGER NOT NULL, 
	listings INTEGER NOT NULL, 
	coverage VARCHAR NOT NULL, 
	stats VARCHAR NOT NULL, 
	retry_at DATETIME, 
	median_minor INTEGER, 
	median_currency VARCHAR, 
	matched INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT uq_crawl UNIQUE (marketplace, started_at)
);
INSERT INTO "crawl" VALUES(1,'ebay','2026-08-01 08:59:00.000000','2026-08-01 09:01:00.000000','listings','',1,5,'{}','{}',NULL,10600,'EUR',7);
INSERT INTO "crawl" VALUES(2,'ebay','2026-08-02 08:59:00.000000','2026-08-02 09:01:00.000000','listings','',1,5,'{}','{}',NULL,10500,'EUR',7);
INSERT INTO "crawl" VALUES(3,'ebay','2026-08-03 08:59:00.000000','2026-08-03 09:01:00.000000','listings','',1,5,'{}','{}',NULL,10500,'EUR',7);
INSERT INTO "crawl" VALUES(4,'ebay','2026-08-04 08:59:00.000000','2026-08-04 09:01:00.000000','listings','',1,5,'{}','{}',NULL,10500,'EUR',8);
INSERT INTO "crawl" VALUES(5,'ebay','2026-08-05 08:59:00.000000','2026-08-05 09:01:00.000000','listings','',1,5,'{}','{}',NULL,10500,'EUR',7);
CREATE TABLE crawl_search (
	crawl_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	search VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	pages INTEGER NOT NULL, 
	listings INTEGER NOT NULL, 
	complete BOOLEAN NOT NULL, 
	detail VARCHAR NOT NULL, 
	PRIMARY KEY (crawl_id, position), 
	FOREIGN KEY(crawl_id) REFERENCES crawl (id)
);
INSERT INTO "crawl_search" VALUES(1,0,'p40','listings',1,5,1,'');
INSERT INTO "crawl_search" VALUES(2,0,'p40','listings',1,5,1,'');
INSERT INTO "crawl_search" VALUES(3,0,'p40','listings',1,5,1,'');
INSERT INTO "crawl_search" VALUES(4,0,'p40','listings',1,5,1,'');
INSERT INTO "crawl_search" VALUES(5,0,'p40','listings',1,5,1,'');
CREATE TABLE daily (
	part VARCHAR NOT NULL, 
	scope VARCHAR NOT NULL, 
	day DATE NOT NULL, 
	currency VARCHAR NOT NULL, 
	n INTEGER NOT NULL, 
	lowest INTEGER, 
	p10 INTEGER, 
	p25 INTEGER, 
	median INTEGER, 
	p75 INTEGER, 
	mean_lowest_five INTEGER, 
	new INTEGER NOT NULL, 
	gone INTEGER NOT NULL, 
	sold INTEGER NOT NULL, 
	sold_median INTEGER, 
	unconverted INTEGER NOT NULL, minimum INTEGER, unbelieved INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (part, scope, day)
)
 WITHOUT ROWID

;
INSERT INTO "daily" VALUES('gpu:tesla-m40','all','2026-08-01','EUR',1,10300,10300,10300,10300,10300,10300,1,0,0,NULL,0,10300,0);
INSERT INTO "daily" VALUES('gpu:tesla-m40','all','2026-08-02','EUR',1,10300,10300,10300,10300,10300,10300,0,0,0,NULL,0,10300,0);
INSERT INTO "daily" VALUES('gpu:tesla-m40','all','2026-08-03','EUR',1,10300,10300,10300,10300,10300,10300,0,0,0,NULL,0,10300,0);
INSERT INTO "daily" VALUES('gpu:tesla-m40','all','2026-08-04','EUR',1,10300,10300,10300,10300,10300,10300,0,0,0,NULL,0,10300,0);
INSERT INTO "daily" VALUES('gpu:tesla-m40','all','2026-08-05','EUR',1,10300,10300,10300,10300,10300,10300,0,0,0,NULL,0,10300,0);
INSERT INTO "daily" VALUES('gpu:tesla-m40','condition:used','2026-08-01','EUR',1,10300,10300,10300,10300,10300,10300,1,0,0,NULL,0,10300,0);
INSERT INTO "daily" VALUES('gpu:tesla-m40','condition:used','2026-08-02','EUR',1,10300,10300,10300,10300,10300,10300,0,0,0,NULL,0,10300,0);
INSERT INTO "daily" VALUES('gpu:tesla-m40','condition:used','2026-08-03','EUR',1,10300,10300,10300,10300,10300,10300,0,0,0,NULL,0,10300,0);
INSERT INTO "daily" VALUES('gpu:tesla-m40','condition:used','2026-08-04','EUR',1,10300,10300,10300,10300,10300,10300,0,0,0,NULL,0,10300,0);
INSERT INTO "daily" VALUES('gpu:tesla-m40','condition:used','2026-08-05','EUR',1,10300,10300,10300,10300,10300,10300,0,0,0,NULL,0,10300,0);
INSERT INTO "daily" VALUES('gpu:tesla-m40','country:DE','2026-08-01','EUR',1,10300,10300,10300,10300,10300,10300,1,0,0,NULL,0,10300,0);
INSERT INTO "daily" VALUES('gpu:tesla-m40','country:DE','2026-08-02','EUR',1,10300,10300,10300,10300,10300,10300,0,0,0,NULL,0,10300,0);
INSERT INTO "daily" VALUES('gpu:tesla-m40','country:DE','2026-08-03','EUR',1,10300,10300,10300,10300,10300,10300,0,0,0,NULL,0,10300,0);
INSERT INTO "daily" VALUES('gpu:tesla-m40','country:DE','2026-08-04','EUR',1,10300,10300,10300,10300,10300,10300,0,0,0,NULL,0,10300,0);
INSERT INTO "daily" VALUES('gpu:tesla-m40','country:DE','2026-08-05','EUR',1,10300,10300,10300,10300,10300,10300,0,0,0,NULL,0,10300,0);
INSERT INTO "daily" VALUES('gpu:tesla-m40','currency:EUR','2026-08-01','EUR',1,10300,10300,10300,10300,10300,10300,1,0,0,NULL,0,10300,0);
INSERT INTO "daily" VALUES('gpu:tesla-m40','currency:EUR','2026-08-02','EUR',1,10300,10300,10300,10300,10300,10300,0,0,0,NULL,0,10300,0);
INSERT INTO "daily" VALUES('gpu:tesla-m40','currency:EUR','2026-08-03','EUR',1,10300,10300,10300,10300,10300,10300,0,0,0,NULL,0,10300,0);
INSERT INTO "daily" VALUES('gpu:tesla-m40','currency:EUR','2026-08-04','EUR',1,10300,10300,10300,10300,10300,10300,0,0,0,NULL,0,10300,0);
INSERT INTO "daily" VALUES('gpu:tesla-m40','currency:EUR','2026-08-05','EUR',1,10300,10300,10300,10300,10300,10300,0,0,0,NULL,0,10300,0);
INSERT INTO "daily" VALUES('gpu:tesla-m40','marketplace:ebay','2026-08-01','EUR',1,10300,10300,10300,10300,10300,10300,1,0,0,NULL,0,10300,0);
INSERT INTO "daily" VALUES('gpu:tesla-m40','marketplace:ebay','2026-08-02','EUR',1,10300,10300,10300,10300,10300,10300,0,0,0,NULL,0,10300,0);
INSERT INTO "daily" VALUES('gpu:tesla-m40','marketplace:ebay','2026-08-03','EUR',1,10300,10300,10300,10300,10300,10300,0,0,0,NULL,0,10300,0);
INSERT INTO "daily" VALUES('gpu:tesla-m40','marketplace:ebay','2026-08-04','EUR',1,10300,10300,10300,10300,10300,10300,0,0,0,NULL,0,10300,0);
INSERT INTO "daily" VALUES('gpu:tesla-m40','marketplace:ebay','2026-08-05','EUR',1,10300,10300,10300,10300,10300,10300,0,0,0,NULL,0,10300,0);
INSERT INTO "daily" VALUES('gpu:tesla-p40','all','2026-08-01','EUR',6,5050,5250,6688,10550,10775,8480,6,0,0,NULL,0,5050,0);
INSERT INTO "daily" VALUES('gpu:tesla-p40','all','2026-08-02','EUR',8,5050,5190,5400,10200,10725,7230,2,0,0,NULL,0,5050,0);
INSERT INTO "daily" VALUES('gpu:tesla-p40','all','2026-08-03','EUR',8,5050,5190,5400,10200,10725,7230,0,0,0,NULL,0,5050,0);
INSERT INTO "daily" VALUES('gpu:tesla-p40','all','2026-08-04','EUR',8,5050,5190,5400,10200,10725,7230,0,0,0,NULL,0,5050,0);
INSERT INTO "daily" VALUES('gpu:tesla-p40','all','2026-08-05','EUR',8,5050,5190,5400,10200,10725,7230,0,0,0,NULL,0,5050,0);
INSERT INTO "daily" VALUES('gpu:tesla-p40','condition:used','2026-08-01','EUR',6,5050,5250,6688,10550,10775,8480,6,0,0,NULL,0,5050,0);
INSERT INTO "daily" VALUES('gpu:tesla-p40','condition:used','2026-08-02','EUR',8,5050,5190,5400,10200,10725,7230,2,0,0,NULL,0,5050,0);
INSERT INTO "daily" VALUES('gpu:tesla-p40','condition:used','2026-08-03','EUR',8,5050,5190,5400,10200,10725,7230,0,0,0,NULL,0,5050,0);
INSERT INTO "daily" VALUES('gpu:tesla-p40','condition:used','2026-08-04','EUR',8,5050,5190,5400,10200,10725,7230,0,0,0,NULL,0,5050,0);
INSERT INTO "daily" VALUES('gpu:tesla-p40','condition:used','2026-08-05','EUR',8,5050,5190,5400,10200,10725,7230,0,0,0,NULL,0,5050,0);
INSERT INTO "daily" VALUES('gpu:tesla-p40','country:DE','2026-08-01','EUR',6,5050,5250,6688,10550,10775,8480,6,0,0,NULL,0,5050,0);
INSERT INTO "daily" VALUES('gpu:tesla-p40','country:DE','2026-08-02','EUR',8,5050,5190,5400,10200,10725,7230,2,0,0,NULL,0,5050,0);
INSERT INTO "daily" VALUES('gpu:tesla-p40','country:DE','2026-08-03','EUR',8,5050,5190,5400,10200,10725,7230,0,0,0,NULL,0,5050,0);
INSERT INTO "daily" VALUES('gpu:tesla-p40','country:DE','2026-08-04','EUR',8,5050,5190,5400,10200,10725,7230,0,0,0,NULL,0,5050,0);
INSERT INTO "daily" VALUES('gpu:tesla-p40','country:DE','2026-08-05','EUR',8,5050,5190,5400,10200,10725,7230,0,0,0,NULL,0,5050,0);
INSERT INTO "daily" VALUES('gpu:tesla-p40','currency:EUR','2026-08-01','EUR',6,5050,5250,6688,10550,10775,8480,6,0,0,NULL,0,5050,0);
INSERT INTO "daily" VALUES('gpu:tesla-p40','currency:EUR','2026-08-02','EUR',8,5050,5190,5400,10200,10725,7230,2,0,0,NULL,0,5050,0);
INSERT INTO "daily" VALUES('gpu:tesla-p40','currency:EUR','2026-08-03','EUR',8,5050,5190,5400,10200,10725,7230,0,0,0,NULL,0,5050,0);
INSERT INTO "daily" VALUES('gpu:tesla-p40','currency:EUR','2026-08-04','EUR',8,5050,5190,5400,10200,10725,7230,0,0,0,NULL,0,5050,0);
INSERT INTO "daily" VALUES('gpu:tesla-p40','currency:EUR','2026-08-05','EUR',8,5050,5190,5400,10200,10725,7230,0,0,0,NULL,0,5050,0);
INSERT INTO "daily" VALUES('gpu:tesla-p40','marketplace:ebay','2026-08-01','EUR',6,5050,5250,6688,10550,10775,8480,6,0,0,NULL,0,5050,0);
INSERT INTO "daily" VALUES('gpu:tesla-p40','marketplace:ebay','2026-08-02','EUR',8,5050,5190,5400,10200,10725,7230,2,0,0,NULL,0,5050,0);
INSERT INTO "daily" VALUES('gpu:tesla-p40','marketplace:ebay','2026-08-03','EUR',8,5050,5190,5400,10200,10725,7230,0,0,0,NULL,0,5050,0);
INSERT INTO "daily" VALUES('gpu:tesla-p40','marketplace:ebay','2026-08-04','EUR',8,5050,5190,5400,10200,10725,7230,0,0,0,NULL,0,5050,0);
INSERT INTO "daily" VALUES('gpu:tesla-p40','marketplace:ebay','2026-08-05','EUR',8,5050,5190,5400,10200,10725,7230,0,0,0,NULL,0,5050,0);
CREATE TABLE deal_told (
	listing_id INTEGER NOT NULL, 
	report_key VARCHAR NOT NULL, 
	landed_minor INTEGER NOT NULL, 
	landed_currency VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	PRIMARY KEY (listing_id, report_key), 
	FOREIGN KEY(listing_id) REFERENCES listing (id)
);
CREATE TABLE external_price (
	part VARCHAR NOT NULL, 
	day DATE NOT NULL, 
	source VARCHAR NOT NULL, 
	condition VARCHAR NOT NULL, 
	price_minor INTEGER NOT NULL, 
	price_currency VARCHAR NOT NULL, 
	note VARCHAR NOT NULL, 
	PRIMARY KEY (part, day, source, condition, price_minor, price_currency)
);
CREATE TABLE fx_rate (
	day DATE NOT NULL, 
	currency VARCHAR NOT NULL, 
	per_eur VARCHAR NOT NULL, 
	PRIMARY KEY (day, currency)
);
CREATE TABLE job_run (
	job VARCHAR NOT NULL, 
	last_good_at DATETIME, 
	last_tried_at DATETIME, 
	error VARCHAR NOT NULL, 
	PRIMARY KEY (job)
);
CREATE TABLE listing (
	id INTEGER NOT NULL, 
	marketplace VARCHAR NOT NULL, 
	external_id VARCHAR NOT NULL, 
	title VARCHAR NOT NULL, 
	url VARCHAR NOT NULL, 
	price_minor INTEGER, 
	price_currency VARCHAR, 
	price_max_minor INTEGER, 
	price_max_currency VARCHAR, 
	price_kind VARCHAR NOT NULL, 
	buy_now_minor INTEGER, 
	buy_now_currency VARCHAR, 
	bids INTEGER, 
	ends_at DATETIME, 
	best_offer BOOLEAN NOT NULL, 
	shipping_minor INTEGER, 
	shipping_currency VARCHAR, 
	pickup_only BOOLEAN, 
	condition VARCHAR NOT NULL, 
	sold BOOLEAN NOT NULL, 
	reserved BOOLEAN NOT NULL, 
	wanted BOOLEAN NOT NULL, 
	loose BOOLEAN NOT NULL, 
	sponsored BOOLEAN, 
	quantity INTEGER, 
	location VARCHAR, 
	country VARCHAR, 
	seller VARCHAR, 
	seller_is_business BOOLEAN, 
	listed_at DATETIME, 
	description VARCHAR, 
	category VARCHAR, 
	image VARCHAR, 
	search VARCHAR, 
	texts VARCHAR NOT NULL, 
	first_seen DATETIME NOT NULL, 
	last_seen DATETIME NOT NULL, 
	gone_at DATETIME, 
	sold_at DATETIME, 
	end_day DATE NOT NULL, 
	missed INTEGER NOT NULL, 
	missing_since DATETIME, 
	relist_key INTEGER, 
	line_id INTEGER, 
	relisted BOOLEAN NOT NULL, 
	match_version VARCHAR, 
	match_kind VARCHAR, 
	decision VARCHAR, 
	confidence FLOAT, 
	defect BOOLEAN, 
	match_wanted BOOLEAN, 
	reason VARCHAR, 
	flags VARCHAR NOT NULL, 
	facts VARCHAR NOT NULL, 
	evidence VARCHAR NOT NULL, 
	overridden BOOLEAN NOT NULL, 
	price_part VARCHAR, 
	units INTEGER NOT NULL, 
	mark VARCHAR, same_as INTEGER, sells VARCHAR, 
	PRIMARY KEY (id), 
	CONSTRAINT uq_listing_key UNIQUE (marketplace, external_id)
);
INSERT INTO "listing" VALUES(1,'ebay','1','2x p40','http://127.0.0.1:1/1',10100,'EUR',NULL,NULL,'fixed',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,'used',0,0,0,0,NULL,NULL,NULL,'DE','anna',NULL,NULL,NULL,NULL,NULL,NULL,'{}','2026-08-01 09:00:00.000000','2026-08-04 09:00:00.000000',NULL,NULL,'9999-12-31',1,'2026-08-05 08:59:00.000000',7963054619641133705,NULL,0,'1','part','accept',0.95,0,0,NULL,'[]','{"eps8":1}','[["p40","gpu:tesla-p40","sold","test",0,3]]',0,'gpu:tesla-p40',2,NULL,NULL,'gpu:tesla-p40');
INSERT INTO "listing" VALUES(2,'ebay','11','p40','http://127.0.0.1:1/11',11100,'EUR',NULL,NULL,'fixed',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,'used',0,0,0,0,NULL,NULL,NULL,'DE','anna',NULL,NULL,NULL,NULL,NULL,NULL,'{}','2026-08-01 09:00:00.000000','2026-08-04 09:00:00.000000',NULL,NULL,'9999-12-31',1,'2026-08-05 08:59:00.000000',4969054762078355330,NULL,0,'1','part','accept',0.95,0,0,NULL,'[]','{"eps8":1}','[["p40","gpu:tesla-p40","sold","test",0,3]]',0,'gpu:tesla-p40',1,NULL,NULL,'gpu:tesla-p40');
INSERT INTO "listing" VALUES(3,'ebay','2','phone','http://127.0.0.1:1/2',9800,'EUR',NULL,NULL,'fixed',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,'used',0,0,0,0,NULL,NULL,NULL,'DE','anna',NULL,NULL,NULL,NULL,NULL,NULL,'{}','2026-08-01 09:00:00.000000','2026-08-05 09:00:00.000000',NULL,NULL,'9999-12-31',0,NULL,-5691765333951054380,NULL,0,'1','other','reject',0.9,0,0,'no_part_named','[]','{}','[]',0,NULL,1,NULL,NULL,NULL);
INSERT INTO "listing" VALUES(4,'ebay','3','p40','http://127.0.0.1:1/3',10300,'EUR',NULL,NULL,'fixed',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,'used',0,0,0,0,NULL,NULL,NULL,'DE','anna',NULL,NULL,NULL,NULL,NULL,NULL,'{}','2026-08-01 09:00:00.000000','2026-08-05 09:00:00.000000',NULL,NULL,'9999-12-31',0,NULL,4969054762078355330,NULL,0,'1','part','accept',1.0,0,0,NULL,'[]','{}','[]',1,'gpu:tesla-m40',1,NULL,NULL,'gpu:tesla-m40');
INSERT INTO "listing" VALUES(5,'ebay','4','p40','http://127.0.0.1:1/4',10400,'EUR',NULL,NULL,'fixed',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,'used',0,0,0,0,NULL,NULL,NULL,'DE','anna',NULL,NULL,NULL,NULL,NULL,NULL,'{}','2026-08-01 09:00:00.000000','2026-08-05 09:00:00.000000',NULL,NULL,'9999-12-31',0,NULL,4969054762078355330,NULL,0,'1','part','accept',0.95,0,0,NULL,'[]','{"eps8":1}','[["p40","gpu:tesla-p40","sold","test",0,3]]',0,'gpu:tesla-p40',1,'bought',NULL,'gpu:tesla-p40');
INSERT INTO "listing" VALUES(6,'ebay','6','phone','http://127.0.0.1:1/6',10600,'EUR',NULL,NULL,'fixed',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,'used',0,0,0,0,NULL,NULL,NULL,'DE','anna',NULL,NULL,NULL,NULL,NULL,NULL,'{}','2026-08-01 09:00:00.000000','2026-08-04 09:00:00.000000',NULL,NULL,'9999-12-31',1,'2026-08-05 08:59:00.000000',-5691765333951054380,NULL,0,'1','other','reject',0.9,0,0,'no_part_named','[]','{}','[]',0,NULL,1,NULL,NULL,NULL);
INSERT INTO "listing" VALUES(7,'ebay','7','p40','http://127.0.0.1:1/7',10700,'EUR',NULL,NULL,'fixed',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,'used',0,0,0,0,NULL,NULL,NULL,'DE','anna',NULL,NULL,NULL,NULL,NULL,NULL,'{}','2026-08-01 09:00:00.000000','2026-08-05 09:00:00.000000',NULL,NULL,'9999-12-31',0,NULL,4969054762078355330,NULL,0,'1','part','accept',0.95,0,0,NULL,'[]','{"eps8":1}','[["p40","gpu:tesla-p40","sold","test",0,3]]',0,'gpu:tesla-p40',1,NULL,NULL,'gpu:tesla-p40');
INSERT INTO "listing" VALUES(8,'ebay','8','p40','http://127.0.0.1:1/8',10800,'EUR',NULL,NULL,'fixed',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,'used',0,0,0,0,NULL,NULL,NULL,'DE','anna',NULL,NULL,NULL,NULL,NULL,NULL,'{}','2026-08-01 09:00:00.000000','2026-08-05 09:00:00.000000',NULL,NULL,'9999-12-31',0,NULL,4969054762078355330,NULL,0,'1','part','accept',0.95,0,0,NULL,'[]','{"eps8":1}','[["p40","gpu:tesla-p40","sold","test",0,3]]',0,'gpu:tesla-p40',1,NULL,NULL,'gpu:tesla-p40');
INSERT INTO "listing" VALUES(9,'ebay','9','2x p40','http://127.0.0.1:1/9',10900,'EUR',NULL,NULL,'fixed',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,'used',0,0,0,0,NULL,NULL,NULL,'DE','anna',NULL,NULL,NULL,NULL,NULL,NULL,'{}','2026-08-01 09:00:00.000000','2026-08-05 09:00:00.000000',NULL,NULL,'9999-12-31',0,NULL,7963054619641133705,NULL,0,'1','part','accept',0.95,0,0,NULL,'[]','{"eps8":1}','[["p40","gpu:tesla-p40","sold","test",0,3]]',0,'gpu:tesla-p40',2,NULL,NULL,'gpu:tesla-p40');
INSERT INTO "listing" VALUES(10,'ebay','0','p40','http://127.0.0.1:1/0',10000,'EUR',NULL,NULL,'fixed',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,'used',0,0,0,0,NULL,NULL,NULL,'DE','anna',NULL,NULL,NULL,NULL,NULL,NULL,'{}','2026-08-02 09:00:00.000000','2026-08-05 09:00:00.000000',NULL,NULL,'9999-12-31',0,NULL,4969054762078355330,NULL,0,'1','part','accept',0.95,0,0,NULL,'[]','{"eps8":1}','[["p40","gpu:tesla-p40","sold","test",0,3]]',0,'gpu:tesla-p40',1,NULL,NULL,'gpu:tesla-p40');
INSERT INTO "listing" VALUES(11,'ebay','10','phone','http://127.0.0.1:1/10',11000,'EUR',NULL,NULL,'fixed',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,'used',0,0,0,0,NULL,NULL,NULL,'DE','anna',NULL,NULL,NULL,NULL,NULL,NULL,'{}','2026-08-02 09:00:00.000000','2026-08-05 09:00:00.000000',NULL,NULL,'9999-12-31',0,NULL,-5691765333951054380,NULL,0,'1','other','reject',0.9,0,0,'no_part_named','[]','{}','[]',0,NULL,1,NULL,NULL,NULL);
INSERT INTO "listing" VALUES(12,'ebay','5','2x p40','http://127.0.0.1:1/5',10500,'EUR',NULL,NULL,'fixed',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,'used',0,0,0,0,NULL,NULL,NULL,'DE','anna',NULL,NULL,NULL,NULL,NULL,NULL,'{}','2026-08-02 09:00:00.000000','2026-08-05 09:00:00.000000',NULL,NULL,'9999-12-31',0,NULL,7963054619641133705,NULL,0,'1','part','accept',0.95,0,0,NULL,'[]','{"eps8":1}','[["p40","gpu:tesla-p40","sold","test",0,3]]',0,'gpu:tesla-p40',2,NULL,NULL,'gpu:tesla-p40');
CREATE TABLE listing_part (
	listing_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	part VARCHAR NOT NULL, 
	qty INTEGER NOT NULL, 
	model VARCHAR, 
	PRIMARY KEY (listing_id, position), 
	FOREIGN KEY(listing_id) REFERENCES listing (id)
);
INSERT INTO "listing_part" VALUES(1,0,'gpu:tesla-p40',2,NULL);
INSERT INTO "listing_part" VALUES(2,0,'gpu:tesla-p40',1,NULL);
INSERT INTO "listing_part" VALUES(5,0,'gpu:tesla-p40',1,NULL);
INSERT INTO "listing_part" VALUES(7,0,'gpu:tesla-p40',1,NULL);
INSERT INTO "listing_part" VALUES(8,0,'gpu:tesla-p40',1,NULL);
INSERT INTO "listing_part" VALUES(9,0,'gpu:tesla-p40',2,NULL);
INSERT INTO "listing_part" VALUES(10,0,'gpu:tesla-p40',1,NULL);
INSERT INTO "listing_part" VALUES(12,0,'gpu:tesla-p40',2,NULL);
INSERT INTO "listing_part" VALUES(4,0,'gpu:tesla-m40',1,NULL);
CREATE TABLE meta (
	"key" VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "meta" VALUES('currency','EUR');
CREATE TABLE observation (
	listing_id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	price_minor INTEGER, 
	price_currency VARCHAR, 
	price_kind VARCHAR NOT NULL, 
	shipping_minor INTEGER, 
	shipping_currency VARCHAR, 
	condition VARCHAR NOT NULL, 
	available BOOLEAN NOT NULL, 
	PRIMARY KEY (listing_id, at), 
	FOREIGN KEY(listing_id) REFERENCES listing (id)
)
 WITHOUT ROWID

;
INSERT INTO "observation" VALUES(1,'2026-08-01 09:00:00.000000',10100,'EUR','fixed',NULL,NULL,'used',1);
INSERT INTO "observation" VALUES(2,'2026-08-01 09:00:00.000000',11100,'EUR','fixed',NULL,NULL,'used',1);
INSERT INTO "observation" VALUES(3,'2026-08-01 09:00:00.000000',10200,'EUR','fixed',NULL,NULL,'used',1);
INSERT INTO "observation" VALUES(3,'2026-08-02 09:00:00.000000',10100,'EUR','fixed',NULL,NULL,'used',1);
INSERT INTO "observation" VALUES(3,'2026-08-03 09:00:00.000000',10000,'EUR','fixed',NULL,NULL,'used',1);
INSERT INTO "observation" VALUES(3,'2026-08-05 09:00:00.000000',9800,'EUR','fixed',NULL,NULL,'used',1);
INSERT INTO "observation" VALUES(4,'2026-08-01 09:00:00.000000',10300,'EUR','fixed',NULL,NULL,'used',1);
INSERT INTO "observation" VALUES(5,'2026-08-01 09:00:00.000000',10400,'EUR','fixed',NULL,NULL,'used',1);
INSERT INTO "observation" VALUES(6,'2026-08-01 09:00:00.000000',10600,'EUR','fixed',NULL,NULL,'used',1);
INSERT INTO "observation" VALUES(7,'2026-08-01 09:00:00.000000',10700,'EUR','fixed',NULL,NULL,'used',1);
INSERT INTO "observation" VALUES(8,'2026-08-01 09:00:00.000000',10800,'EUR','fixed',NULL,NULL,'used',1);
INSERT INTO "observation" VALUES(9,'2026-08-01 09:00:00.000000',10900,'EUR','fixed',NULL,NULL,'used',1);
INSERT INTO "observation" VALUES(10,'2026-08-02 09:00:00.000000',10000,'EUR','fixed',NULL,NULL,'used',1);
INSERT INTO "observation" VALUES(11,'2026-08-02 09:00:00.000000',11000,'EUR','fixed',NULL,NULL,'used',1);
INSERT INTO "observation" VALUES(12,'2026-08-02 09:00:00.000000',10500,'EUR','fixed',NULL,NULL,'used',1);
CREATE TABLE observed_day (
	day DATE NOT NULL, 
	marketplace VARCHAR NOT NULL, 
	PRIMARY KEY (day, marketplace)
);
INSERT INTO "observed_day" VALUES('2026-08-01','ebay');
INSERT INTO "observed_day" VALUES('2026-08-02','ebay');
INSERT INTO "observed_day" VALUES('2026-08-03','ebay');
INSERT INTO "observed_day" VALUES('2026-08-04','ebay');
INSERT INTO "observed_day" VALUES('2026-08-05','ebay');
CREATE TABLE outbox (
	report_key VARCHAR NOT NULL, 
	recipient VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	message VARCHAR NOT NULL, 
	created_at DATETIME NOT NULL, 
	attempts INTEGER NOT NULL, 
	next_try_at DATETIME NOT NULL, 
	sent_at DATETIME, 
	error VARCHAR NOT NULL, 
	PRIMARY KEY (report_key, recipient)
);
INSERT INTO "outbox" VALUES('daily:2026-08-05','anna@example.org','pending','{"html":"h","images":{},"report_key":"daily:2026-08-05","subject":"s","text":"t"}','2026-08-05 09:00:00.000000',0,'2026-08-05 09:00:00.000000',NULL,'');
CREATE TABLE override (
	listing_id INTEGER NOT NULL, 
	"match" VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	note VARCHAR NOT NULL, 
	PRIMARY KEY (listing_id), 
	FOREIGN KEY(listing_id) REFERENCES listing (id)
);
INSERT INTO "override" VALUES(4,'{"confidence":1.0,"decision":"accept","defect":false,"facts":{},"flags":[],"kind":"part","parts":[["gpu:tesla-m40",1,null]],"reason":null,"wanted":false}','2026-11-21 09:00:00.000000','');
CREATE TABLE set_aside (
	digest VARCHAR NOT NULL, 
	source VARCHAR NOT NULL, 
	line INTEGER NOT NULL, 
	reason VARCHAR NOT NULL, 
	text VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	PRIMARY KEY (digest)
);
CREATE TABLE watch_told (
	watch VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	report_key VARCHAR NOT NULL, 
	landed_minor INTEGER NOT NULL, 
	landed_currency VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	PRIMARY KEY (watch, subject, report_key)
);
INSERT INTO "watch_told" VALUES('cheap P40','ebay:1','daily:2026-11-20',15000,'EUR','2026-11-20 07:00:00.000000');
CREATE INDEX ix_listing_decision ON listing (decision, last_seen);
CREATE INDEX ix_listing_open ON listing (marketplace, end_day);
CREATE INDEX ix_listing_price_part ON listing (price_part, end_day);
CREATE INDEX ix_listing_relist ON listing (relist_key);
CREATE INDEX ix_listing_part_part ON listing_part (part, listing_id);
CREATE INDEX ix_listing_asked ON listing (price_part, marketplace, country, condition, price_currency, shipping_currency, units, price_kind, price_minor, shipping_minor, first_seen, line_id, end_day) WHERE end_day = '9999-12-31';
CREATE INDEX ix_listing_same_as ON listing (same_as) WHERE same_as IS NOT NULL;
CREATE INDEX ix_listing_sells ON listing (sells, first_seen) WHERE sells IS NOT NULL;
CREATE VIEW v_listings AS 
        SELECT l.id, l.marketplace, l.external_id, l.title, l.url,
               l.price_minor / (CASE WHEN l.price_currency IN ('JPY', 'KRW', 'VND', 'CLP', 'ISK') THEN 1.0 WHEN l.price_currency IN ('KWD', 'BHD', 'TND') THEN 1000.0 ELSE 100.0 END) AS price, l.price_currency AS currency, l.price_kind,
               l.shipping_minor / (CASE WHEN l.shipping_currency IN ('JPY', 'KRW', 'VND', 'CLP', 'ISK') THEN 1.0 WHEN l.shipping_currency IN ('KWD', 'BHD', 'TND') THEN 1000.0 ELSE 100.0 END) AS shipping, l.shipping_currency,
               l.condition, l.country, l.location, l.seller, l.first_seen, l.last_seen, l.gone_at, l.sold_at,
               l.match_kind AS kind, l.decision, l.reason, l.confidence, l.defect, l.price_part, l.units, l.mark
        FROM listing l;
CREATE VIEW v_parts AS 
        SELECT p.listing_id, p.part, p.qty, p.model, l.decision, l.defect, l.title, l.gone_at
        FROM listing_part p JOIN listing l ON l.id = p.listing_id;
CREATE VIEW v_prices AS 
        SELECT o.listing_id, l.price_part AS part, l.units, o.at,
               o.price_minor / (CASE WHEN o.price_currency IN ('JPY', 'KRW', 'VND', 'CLP', 'ISK') THEN 1.0 WHEN o.price_currency IN ('KWD', 'BHD', 'TND') THEN 1000.0 ELSE 100.0 END) AS price, o.price_currency AS currency, o.price_kind,
               o.shipping_minor / (CASE WHEN o.shipping_currency IN ('JPY', 'KRW', 'VND', 'CLP', 'ISK') THEN 1.0 WHEN o.shipping_currency IN ('KWD', 'BHD', 'TND') THEN 1000.0 ELSE 100.0 END) AS shipping, o.shipping_currency,
               o.condition, o.available, l.marketplace, l.country
        FROM observation o JOIN listing l ON l.id = o.listing_id;
CREATE VIEW v_daily AS 
        SELECT d.part, d.scope, d.day, d.currency, d.n,
               d.minimum / (CASE WHEN d.currency IN ('JPY', 'KRW', 'VND', 'CLP', 'ISK') THEN 1.0 WHEN d.currency IN ('KWD', 'BHD', 'TND') THEN 1000.0 ELSE 100.0 END) AS minimum, d.lowest / (CASE WHEN d.currency IN ('JPY', 'KRW', 'VND', 'CLP', 'ISK') THEN 1.0 WHEN d.currency IN ('KWD', 'BHD', 'TND') THEN 1000.0 ELSE 100.0 END) AS lowest, d.p10 / (CASE WHEN d.currency IN ('JPY', 'KRW', 'VND', 'CLP', 'ISK') THEN 1.0 WHEN d.currency IN ('KWD', 'BHD', 'TND') THEN 1000.0 ELSE 100.0 END) AS p10, d.p25 / (CASE WHEN d.currency IN ('JPY', 'KRW', 'VND', 'CLP', 'ISK') THEN 1.0 WHEN d.currency IN ('KWD', 'BHD', 'TND') THEN 1000.0 ELSE 100.0 END) AS p25, d.median / (CASE WHEN d.currency IN ('JPY', 'KRW', 'VND', 'CLP', 'ISK') THEN 1.0 WHEN d.currency IN ('KWD', 'BHD', 'TND') THEN 1000.0 ELSE 100.0 END) AS median, d.p75 / (CASE WHEN d.currency IN ('JPY', 'KRW', 'VND', 'CLP', 'ISK') THEN 1.0 WHEN d.currency IN ('KWD', 'BHD', 'TND') THEN 1000.0 ELSE 100.0 END) AS p75, d.mean_lowest_five / (CASE WHEN d.currency IN ('JPY', 'KRW', 'VND', 'CLP', 'ISK') THEN 1.0 WHEN d.currency IN ('KWD', 'BHD', 'TND') THEN 1000.0 ELSE 100.0 END) AS mean_lowest_five, d.sold_median / (CASE WHEN d.currency IN ('JPY', 'KRW', 'VND', 'CLP', 'ISK') THEN 1.0 WHEN d.currency IN ('KWD', 'BHD', 'TND') THEN 1000.0 ELSE 100.0 END) AS sold_median,
               (d.p75 - d.p25) / (CASE WHEN d.currency IN ('JPY', 'KRW', 'VND', 'CLP', 'ISK') THEN 1.0 WHEN d.currency IN ('KWD', 'BHD', 'TND') THEN 1000.0 ELSE 100.0 END) AS spread,
               d.new, d.gone, d.sold, d.unconverted, d.unbelieved
        FROM daily d;
CREATE VIEW v_builds AS 
        SELECT b.target, b.day, b.status, b.total_minor / (CASE WHEN b.currency IN ('JPY', 'KRW', 'VND', 'CLP', 'ISK') THEN 1.0 WHEN b.currency IN ('KWD', 'BHD', 'TND') THEN 1000.0 ELSE 100.0 END) AS total, b.currency
        FROM build_day b;
COMMIT;
